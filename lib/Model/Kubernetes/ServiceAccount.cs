namespace Calico.Model.Kubernetes;

/// <summary>A service account (core v1). Compared by value.</summary>
public sealed record ServiceAccount : KubernetesResource;
