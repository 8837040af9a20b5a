namespace Calico.Model.Kubernetes;

/// <summary>A namespace (core v1). Compared by value.</summary>
public sealed record Namespace : KubernetesResource;
