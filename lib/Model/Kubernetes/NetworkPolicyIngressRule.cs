using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>What may come in: from any of the peers to any of the ports; an empty list is no condition.</summary>
public sealed record NetworkPolicyIngressRule
{
    [AllowNull]
    public IReadOnlyList<NetworkPolicyPeer> From { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<NetworkPolicyPort> Ports { get; init => field = value ?? []; } = [];
}
