using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>The other end. Exactly one is there; none at all means a form of peer we do not know.</summary>
public sealed record ClusterNetworkPolicyEgressPeer
{
    public LabelSelector? Namespaces { get; init; }

    public NamespacedPods? Pods { get; init; }

    public LabelSelector? Nodes { get; init; }

    /// <summary>CIDRs as they were written.</summary>
    [AllowNull]
    public IReadOnlyList<string> Networks { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<string> DomainNames { get; init => field = value ?? []; } = [];
}
