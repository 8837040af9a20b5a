namespace Calico.Model.Kubernetes;

/// <summary>A daemon set (apps/v1): that it is there and whether it is being deleted.</summary>
public sealed record DaemonSet : KubernetesResource;
