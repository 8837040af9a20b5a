using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>A request as it arrived.</summary>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Token">The bearer token; empty when there was none.</param>
public sealed record FakeRequest(string Method, string Target, string ContentType, string Token, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public bool IsWatch => Query("watch") is "1" or "true";

    /// <summary>A value of the query; empty when it is not there.</summary>
    public string Query(string name)
    {
        foreach (var part in Target.Split('?', 2) is [_, var query] ? query.Split('&') : [])
        {
            if (part.Split('=', 2) is [var key, var value] && key == name)
            {
                return Uri.UnescapeDataString(value);
            }
        }

        return "";
    }

    public JsonObject Json() => JsonNode.Parse(Body) as JsonObject ?? throw new FakeStatusException(400, "BadRequest", "the body is no JSON object");

    public override string ToString() => $"{Method} {Target}";
}
