using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record ClusterNetworkPolicySpec
{
    /// <summary>Admin or Baseline.</summary>
    [AllowNull]
    public string Tier { get; init => field = value ?? ""; } = "";

    /// <summary>0 to 1000; the lower one decides first.</summary>
    public int Priority { get; init; }

    [AllowNull]
    public ClusterNetworkPolicySubject Subject { get; init => field = value ?? new(); } = new();

    [AllowNull]
    public IReadOnlyList<ClusterNetworkPolicyIngressRule> Ingress { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<ClusterNetworkPolicyEgressRule> Egress { get; init => field = value ?? []; } = [];
}
