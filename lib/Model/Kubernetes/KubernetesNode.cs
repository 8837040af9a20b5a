using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>A node (core v1). Compared by value.</summary>
public sealed record KubernetesNode : KubernetesResource
{
    [AllowNull]
    public KubernetesNodeSpec Spec { get; init => field = value ?? new(); } = new();

    [AllowNull]
    public KubernetesNodeStatus Status { get; init => field = value ?? new(); } = new();
}
