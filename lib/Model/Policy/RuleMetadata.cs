using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>Annotations of a rule.</summary>
public sealed record RuleMetadata : JsonObjectRecord
{
    [JsonPropertyName("annotations")]
    public Dictionary<string, string>? Annotations { get; init; }
}
