namespace Calico.Model.Kubernetes;

/// <summary>One port or a range; neither means a form we do not know.</summary>
public sealed record ClusterNetworkPolicyPort
{
    /// <summary>1 to 65535; 0 when there is a range instead.</summary>
    public int Number { get; init; }

    public ClusterNetworkPolicyPortRange? Range { get; init; }
}
