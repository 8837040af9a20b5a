namespace Calico.Store.Transport;

/// <summary>Where certificates or a key in PEM form come from: a file that may be replaced at any time, or text.</summary>
/// <param name="Name">The file's path, or where the text was found; stands in messages, as the text never does.</param>
internal sealed record PemSource(string Name, bool IsFile, string Content)
{
    public static PemSource? File(string? path) => path is null ? null : new PemSource(path, true, "");

    public static PemSource Text(string foundIn, string text) => new(foundIn, false, text);

    /// <exception cref="StoreException">The file cannot be read; the message names it.</exception>
    public string Read(string what)
    {
        try
        {
            return IsFile ? System.IO.File.ReadAllText(Name) : Content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"cannot read the {what} file {Name}: {e.Message}", e);
        }
    }

    public override string ToString() => Name;
}
