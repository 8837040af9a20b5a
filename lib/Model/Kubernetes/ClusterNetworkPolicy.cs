using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A policy of the cluster's administrator (policy.networking.k8s.io/v1alpha2).</summary>
public sealed record ClusterNetworkPolicy : KubernetesResource
{
    [AllowNull]
    public ClusterNetworkPolicySpec Spec { get; init => field = value ?? new(); } = new();
}
