using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>What happens with traffic that goes to any of the peers.</summary>
public sealed record ClusterNetworkPolicyEgressRule
{
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Accept, Deny or Pass.</summary>
    [AllowNull]
    public string Action { get; init => field = value ?? ""; } = "";

    [AllowNull]
    public IReadOnlyList<ClusterNetworkPolicyEgressPeer> To { get; init => field = value ?? []; } = [];

    /// <summary>Empty is every protocol and port.</summary>
    [AllowNull]
    public IReadOnlyList<ClusterNetworkPolicyProtocol> Protocols { get; init => field = value ?? []; } = [];
}
