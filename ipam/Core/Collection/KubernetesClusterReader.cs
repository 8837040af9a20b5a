using System.Collections.Immutable;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Ipam.Core.Collection;

/// <summary>Reads pods and nodes from the API server, consistently.</summary>
public sealed class KubernetesClusterReader(IKubernetesApi api) : IClusterReader
{
    public async Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var pods = await api.ListAsync(KubernetesKinds.Pods, ListQuery.All, cancellationToken);
        var nodes = await api.ListAsync(KubernetesKinds.Nodes, ListQuery.All, cancellationToken);
        return new ClusterFacts(
            pods.Items.Select(Fact).ToImmutableDictionary(pod => (pod.Namespace, pod.Name)), [.. nodes.Items.Select(node => node.Metadata.Name)]);
    }

    public async Task<PodFact?> FindPodAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        await api.ReadAsync(KubernetesKinds.Pods, @namespace, name, cancellationToken) is { } pod ? Fact(pod) : null;

    public async Task<bool> HasNodeAsync(string name, CancellationToken cancellationToken) =>
        await api.ReadAsync(KubernetesKinds.Nodes, "", name, cancellationToken) is not null;

    private static PodFact Fact(Pod pod) => new(
        pod.Metadata.Namespace, pod.Metadata.Name, pod.Spec.NodeName, PodAddresses.Of(pod.Status), pod.Spec.HostNetwork, pod.Status.IsFinished);
}
