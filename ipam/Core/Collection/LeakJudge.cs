namespace Calico.Ipam.Core.Collection;

/// <summary>Compares what the store holds with what Kubernetes knows. Pure; in doubt nothing is left over.</summary>
public sealed class LeakJudge(IpamSnapshot store, ClusterFacts cluster)
{
    private readonly ILookup<(string?, string?), Holding> _byPod = store.Holdings.Where(h => h.Pod is not null).ToLookup(h => (h.Namespace, h.Pod));

    /// <summary>Null when the holding is in order, or when nobody can tell.</summary>
    public LeakReason? Judge(Holding holding)
    {
        ArgumentNullException.ThrowIfNull(holding);
        if (holding.Node is { } node && NodePresence.HasLeft(node, store.Nodes, cluster.Nodes))
        {
            return LeakReason.NodeGone;
        }

        if (holding is { HandleId: not null, Addresses.IsEmpty: true, Endpoints.IsEmpty: true })
        {
            return LeakReason.EmptyHandle;
        }

        // Without a node there is nobody to ask; without a pod Kubernetes has no say.
        return holding.Purpose is null && holding.Node is not null && holding.Pod is not null ? JudgePod(holding) : null;
    }

    private LeakReason? JudgePod(Holding holding)
    {
        if (!cluster.Pods.TryGetValue((holding.Namespace!, holding.Pod!), out var pod))
        {
            return LeakReason.PodGone;
        }

        if (pod.Node.Length > 0 && pod.Node != NodePresence.KubernetesName(holding.Node!, store.Nodes.GetValueOrDefault(holding.Node!)))
        {
            return LeakReason.PodElsewhere;
        }

        if (pod.IsOnHostNetwork)
        {
            return LeakReason.PodOnHostNetwork;
        }

        if (pod.IsFinished)
        {
            return LeakReason.PodFinished;
        }

        // That the pod reports other addresses proves nothing: those of further networks are never reported. That another container of it holds the reported ones does.
        var isReported = holding.Addresses.Any(a => pod.Addresses.Contains(a.Address));
        var replaced = !isReported && _byPod[(holding.Namespace, holding.Pod)].Any(other => IsOtherContainer(other, holding) && other.Addresses.Any(a => pod.Addresses.Contains(a.Address)));
        return replaced ? LeakReason.PodReplaced : null;
    }

    private static bool IsOtherContainer(Holding other, Holding holding) => ContainerOf(other) != ContainerOf(holding);

    /// <summary>One container may have a handle in each of several networks.</summary>
    private static string ContainerOf(Holding holding) =>
        holding.HandleId is { } handle ? HoldingsFinder.ContainerOf(handle) : holding.Endpoints.FirstOrDefault()?.ContainerId ?? holding.Subject;
}
