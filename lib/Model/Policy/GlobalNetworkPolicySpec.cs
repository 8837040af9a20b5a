using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A policy for endpoints of all namespaces and of hosts.</summary>
public sealed record GlobalNetworkPolicySpec : JsonObjectRecord
{
    /// <summary>Absent is default.</summary>
    [JsonPropertyName("tier")]
    public string? Tier { get; init; }

    /// <summary>Ascending; absent is last, ties by name.</summary>
    [JsonPropertyName("order")]
    public double? Order { get; init; }

    [JsonPropertyName("selector")]
    public string? Selector { get; init; }

    [JsonPropertyName("namespaceSelector")]
    public string? NamespaceSelector { get; init; }

    [JsonPropertyName("serviceAccountSelector")]
    public string? ServiceAccountSelector { get; init; }

    [JsonPropertyName("types")]
    public IReadOnlyList<string>? Types { get; init; }

    [JsonPropertyName("ingress")]
    public IReadOnlyList<PolicyRule>? Ingress { get; init; }

    [JsonPropertyName("egress")]
    public IReadOnlyList<PolicyRule>? Egress { get; init; }

    /// <summary>Enforced before connection tracking, on host endpoints alone.</summary>
    [JsonPropertyName("doNotTrack")]
    public bool? DoNotTrack { get; init; }

    /// <summary>Enforced before DNAT, on host endpoints alone, ingress only.</summary>
    [JsonPropertyName("preDNAT")]
    public bool? PreDnat { get; init; }

    /// <summary>Also for what host endpoints forward.</summary>
    [JsonPropertyName("applyOnForward")]
    public bool? ApplyOnForward { get; init; }

    [JsonPropertyName("performanceHints")]
    public IReadOnlyList<string>? PerformanceHints { get; init; }

    [JsonPropertyName("stagedAction")]
    public string? StagedAction { get; init; }
}
