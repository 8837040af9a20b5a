using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A protocol with a port, or a named port. Exactly one is there; none at all means a form we do not know.</summary>
public sealed record ClusterNetworkPolicyProtocol
{
    public ClusterNetworkPolicyTransport? Tcp { get; init; }

    public ClusterNetworkPolicyTransport? Udp { get; init; }

    public ClusterNetworkPolicyTransport? Sctp { get; init; }

    /// <summary>The name of a container's port, whatever its protocol; empty when there is none.</summary>
    [AllowNull]
    public string DestinationNamedPort { get; init => field = value ?? ""; } = "";
}
