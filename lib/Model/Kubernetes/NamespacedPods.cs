using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>Those pods, in those namespaces. An empty selector selects all.</summary>
public sealed record NamespacedPods
{
    [AllowNull]
    public LabelSelector NamespaceSelector { get; init => field = value ?? new(); } = new();

    [AllowNull]
    public LabelSelector PodSelector { get; init => field = value ?? new(); } = new();
}
