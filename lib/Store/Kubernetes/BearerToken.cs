namespace Calico.Store.Kubernetes;

/// <summary>The token that says who we are: fixed, or in a file whose content the kubelet or the agent replaces before it expires.</summary>
/// <remarks>No class with a text form: nothing prints the token.</remarks>
internal sealed class BearerToken
{
    // A token is replaced when a fifth of its life is left, minutes at least: nobody is refused because of this.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly string? _path;
    private readonly Lock _lock = new();
    private string? _text;
    private long _readAt;

    private BearerToken(string? path, string? text) => (_path, _text) = (path, text);

    public static BearerToken File(string path) => new(path, null);

    public static BearerToken Text(string token) => new(null, token);

    /// <summary>The token of now. While its file cannot be read, the one it held before.</summary>
    /// <param name="refused">A token that the server no longer takes: the file is read at once.</param>
    /// <exception cref="KubernetesException">The file was never readable; the message names it.</exception>
    public string Get(TimeProvider time, string? refused = null)
    {
        if (_path is null)
        {
            return _text!;
        }

        lock (_lock)
        {
            if (_text is null || _text == refused || time.GetElapsedTime(_readAt) >= Kept)
            {
                _text = Read(_path) ?? _text ?? throw new KubernetesException($"the token file {_path} is empty");
                _readAt = time.GetTimestamp();
            }

            return _text;
        }
    }

    private string? Read(string path)
    {
        try
        {
            var text = System.IO.File.ReadAllText(path).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _text is not null ? null : throw new KubernetesException($"cannot read the token file {path}: {e.Message}", e);
        }
    }
}
