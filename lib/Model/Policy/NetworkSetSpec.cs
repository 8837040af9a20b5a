using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A labelled list of CIDRs that selectors pick like endpoints.</summary>
public sealed record NetworkSetSpec : JsonObjectRecord
{
    [JsonPropertyName("nets")]
    public IReadOnlyList<string>? Nets { get; init; }
}
