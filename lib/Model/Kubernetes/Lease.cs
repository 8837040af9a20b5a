using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A lease (coordination.k8s.io/v1).</summary>
public sealed record Lease : KubernetesResource
{
    [AllowNull]
    public LeaseSpec Spec { get; init => field = value ?? new(); } = new();
}
