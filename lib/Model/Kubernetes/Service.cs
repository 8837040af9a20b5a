using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A service (core v1).</summary>
public sealed record Service : KubernetesResource
{
    [AllowNull]
    public ServiceSpec Spec { get; init => field = value ?? new(); } = new();
}
