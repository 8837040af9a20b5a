using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>An ordered group of policies.</summary>
public sealed record TierSpec : JsonObjectRecord
{
    /// <summary>Ascending; absent is last.</summary>
    [JsonPropertyName("order")]
    public double? Order { get; init; }

    /// <summary>What happens to traffic that a policy of the tier selects but no rule decides: Deny (default) or Pass.</summary>
    [JsonPropertyName("defaultAction")]
    public string? DefaultAction { get; init; }
}
