namespace Calico.Model.Kubernetes;

/// <summary>Both ends included.</summary>
public sealed record ClusterNetworkPolicyPortRange
{
    public int Start { get; init; }

    public int End { get; init; }
}
