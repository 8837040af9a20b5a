using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>Objects of a kind, and the resource version at which they are all there is; a watch goes on from it.</summary>
public sealed record KubernetesList<T>(string ResourceVersion, IReadOnlyList<T> Items)
    where T : KubernetesResource;
