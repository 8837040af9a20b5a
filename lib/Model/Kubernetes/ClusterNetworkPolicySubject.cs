namespace Calico.Model.Kubernetes;

/// <summary>The pods the policy is for. Exactly one is there; none at all means a form of subject we do not know.</summary>
public sealed record ClusterNetworkPolicySubject
{
    /// <summary>All pods of these namespaces.</summary>
    public LabelSelector? Namespaces { get; init; }

    public NamespacedPods? Pods { get; init; }
}
