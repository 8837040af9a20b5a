using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

/// <summary>An object of any kind, whole: what the server sent is in <see cref="Json"/>, nothing is lost when it is written back.</summary>
/// <param name="Json">The whole object, with <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>; independent of any document. Compared by reference.</param>
[JsonConverter(typeof(KubernetesObjectConverter))]
public sealed record KubernetesObject(JsonElement Json) : KubernetesResource
{
    /// <summary>The spec, if the object has one.</summary>
    public JsonElement? Spec => Part("spec");

    /// <summary>The status, if the object has one.</summary>
    public JsonElement? Status => Part("status");

    /// <exception cref="JsonException">There is no metadata, or it has the wrong form.</exception>
    public static KubernetesObject FromJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("metadata", out var part))
        {
            throw new JsonException("the object has no metadata");
        }

        var metadata = part.Deserialize(KubernetesJson.Default.KubernetesMetadata) ?? throw new JsonException("the object's metadata is null");
        return new KubernetesObject(json.Clone()) { Metadata = metadata };
    }

    private JsonElement? Part(string name) => Json.TryGetProperty(name, out var part) ? part : null;
}
