namespace Calico.Model.Kubernetes;

/// <summary>A custom resource definition (apiextensions.k8s.io/v1): that it is there, since when, and whether it is being deleted.</summary>
public sealed record CustomResourceDefinition : KubernetesResource;
