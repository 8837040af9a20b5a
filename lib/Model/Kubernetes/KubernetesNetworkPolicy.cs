using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A network policy (networking.k8s.io/v1).</summary>
public sealed record KubernetesNetworkPolicy : KubernetesResource
{
    [AllowNull]
    public KubernetesNetworkPolicySpec Spec { get; init => field = value ?? new(); } = new();
}
