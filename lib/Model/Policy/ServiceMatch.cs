using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>Endpoints behind a Kubernetes Service.</summary>
public sealed record ServiceMatch : JsonObjectRecord
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }
}
