using System.Collections.Immutable;

namespace Calico.Ipam.Core.Collection;

/// <summary>The last look at Kubernetes before something is taken back: at this one object.</summary>
public static class LeakConfirmation
{
    /// <param name="snapshot">What the store held when the holding looked leaked.</param>
    public static async Task<bool> IsStillTrueAsync(Holding holding, LeakReason reason, IpamSnapshot snapshot, IClusterReader cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(holding);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(cluster);
        var node = holding.Node is { } name ? NodePresence.KubernetesName(name, snapshot.Nodes.GetValueOrDefault(name)) : "";
        switch (reason)
        {
            case LeakReason.NodeGone:
                return !await cluster.HasNodeAsync(node, cancellationToken);
            case LeakReason.EmptyHandle:
                return true;
            default:
                var pod = await cluster.FindPodAsync(holding.Namespace!, holding.Pod!, cancellationToken);
                var pods = pod is null
                    ? ImmutableDictionary<(string, string), PodFact>.Empty
                    : ImmutableDictionary<(string, string), PodFact>.Empty.Add((pod.Namespace, pod.Name), pod);
                return new LeakJudge(snapshot, new ClusterFacts(pods, [node])).Judge(holding) is not null;
        }
    }
}
