using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A v3 resource as upstream stores it: kind, apiVersion, metadata, spec and whatever else it carries.</summary>
public sealed record Resource<TSpec> : JsonObjectRecord
    where TSpec : class, new()
{
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; init; } = ResourceKind.ApiVersion;

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }

    [JsonPropertyName("spec")]
    public TSpec Spec { get; init; } = new();

    [JsonPropertyName("status")]
    public JsonElement? Status { get; init; }
}
