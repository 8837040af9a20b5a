using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A Kubernetes NetworkPolicy that is tried out. Kept and never programmed, so the policy itself is kept as it is written.</summary>
public sealed record StagedKubernetesNetworkPolicySpec : JsonObjectRecord
{
    /// <summary>Set, Delete, Learn or Ignore.</summary>
    [JsonPropertyName("stagedAction")]
    public string? StagedAction { get; init; }
}
