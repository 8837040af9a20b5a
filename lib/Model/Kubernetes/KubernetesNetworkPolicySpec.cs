using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record KubernetesNetworkPolicySpec
{
    /// <summary>The pods of the namespace that the policy is for; empty selects all.</summary>
    [AllowNull]
    public LabelSelector PodSelector { get; init => field = value ?? new(); } = new();

    /// <summary>Absent and empty are the same: nothing may come in.</summary>
    [AllowNull]
    public IReadOnlyList<NetworkPolicyIngressRule> Ingress { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<NetworkPolicyEgressRule> Egress { get; init => field = value ?? []; } = [];

    /// <summary>Ingress, Egress. Empty: Ingress, and Egress too if there are egress rules.</summary>
    [AllowNull]
    public IReadOnlyList<string> PolicyTypes { get; init => field = value ?? []; } = [];
}
