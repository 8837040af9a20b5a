namespace Calico.Store.Kubernetes;

/// <summary>One request to the API server.</summary>
/// <param name="Attempted">What it does, for messages: "reading pods 'a/b'".</param>
/// <param name="Path">Below the server's URL, with its query.</param>
/// <param name="IsRepeatable">Whether it may happen twice, so that it is sent again when no answer came.</param>
internal sealed record KubernetesCall(string Attempted, HttpMethod Method, string Path, bool IsRepeatable)
{
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public static KubernetesCall Get(string attempted, string path) => new(attempted, HttpMethod.Get, path, IsRepeatable: true);
}
