using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A pod (core v1). Compared by value.</summary>
public sealed record Pod : KubernetesResource
{
    [AllowNull]
    public PodSpec Spec { get; init => field = value ?? new(); } = new();

    [AllowNull]
    public PodStatus Status { get; init => field = value ?? new(); } = new();
}
