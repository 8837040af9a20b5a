namespace Calico.Model.Kubernetes;

/// <summary>The other end. Exactly one is there; none at all means a form of peer we do not know.</summary>
public sealed record ClusterNetworkPolicyIngressPeer
{
    public LabelSelector? Namespaces { get; init; }

    public NamespacedPods? Pods { get; init; }
}
