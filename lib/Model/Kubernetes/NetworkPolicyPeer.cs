namespace Calico.Model.Kubernetes;

/// <summary>The other end. Null and empty selectors differ: null is no condition, an empty one selects all.</summary>
public sealed record NetworkPolicyPeer
{
    /// <summary>Pods, of the policy's namespace unless <see cref="NamespaceSelector"/> is there too.</summary>
    public LabelSelector? PodSelector { get; init; }

    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Addresses; excludes the two selectors.</summary>
    public IPBlock? IPBlock { get; init; }
}
