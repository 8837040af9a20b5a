using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A policy for the endpoints of its namespace.</summary>
public sealed record NetworkPolicySpec : JsonObjectRecord
{
    /// <summary>Absent is default.</summary>
    [JsonPropertyName("tier")]
    public string? Tier { get; init; }

    /// <summary>Ascending; absent is last, ties by name.</summary>
    [JsonPropertyName("order")]
    public double? Order { get; init; }

    [JsonPropertyName("selector")]
    public string? Selector { get; init; }

    [JsonPropertyName("serviceAccountSelector")]
    public string? ServiceAccountSelector { get; init; }

    /// <summary>Ingress, Egress; see PolicyTypes for the default.</summary>
    [JsonPropertyName("types")]
    public IReadOnlyList<string>? Types { get; init; }

    [JsonPropertyName("ingress")]
    public IReadOnlyList<PolicyRule>? Ingress { get; init; }

    [JsonPropertyName("egress")]
    public IReadOnlyList<PolicyRule>? Egress { get; init; }

    [JsonPropertyName("performanceHints")]
    public IReadOnlyList<string>? PerformanceHints { get; init; }

    /// <summary>Of the staged kinds: Set, Delete, Learn or Ignore.</summary>
    [JsonPropertyName("stagedAction")]
    public string? StagedAction { get; init; }
}
