using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>What may go out: to any of the peers on any of the ports; an empty list is no condition.</summary>
public sealed record NetworkPolicyEgressRule
{
    [AllowNull]
    public IReadOnlyList<NetworkPolicyPeer> To { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<NetworkPolicyPort> Ports { get; init => field = value ?? []; } = [];
}
