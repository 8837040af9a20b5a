namespace Calico.Model.Kubernetes;

public sealed record ClusterNetworkPolicyTransport
{
    /// <summary>Null is every port.</summary>
    public ClusterNetworkPolicyPort? DestinationPort { get; init; }
}
