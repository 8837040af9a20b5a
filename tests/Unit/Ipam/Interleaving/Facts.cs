using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What holds outside of the store: the time, what Kubernetes knows, and what is really plugged in.</summary>
internal sealed class Facts
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private Facts(
        DateTimeOffset now, ImmutableSortedSet<string> nodes, ImmutableSortedDictionary<string, PodFact> pods, ImmutableSortedDictionary<string, InUse> running,
        ImmutableSortedSet<string> gone)
    {
        Now = now;
        Nodes = nodes;
        Pods = pods;
        Running = running;
        Gone = gone;
        var podTexts = pods.Values.Select(p => $"{p.Namespace}/{p.Name}@{p.Node}={string.Join(',', p.Addresses)}");
        Hash = Digest.Of($"{now:O}\n{string.Join(' ', nodes)}\n{string.Join(' ', podTexts)}\n{string.Join(';', running.Values)}\n{string.Join(' ', gone)}");
    }

    public static Facts None { get; } = new(
        Start, [], ImmutableSortedDictionary.Create<string, PodFact>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, InUse>(StringComparer.Ordinal), []);

    public UInt128 Hash { get; }

    public DateTimeOffset Now { get; }

    /// <summary>The nodes of Kubernetes.</summary>
    public ImmutableSortedSet<string> Nodes { get; }

    /// <summary>The pods of Kubernetes by name.</summary>
    public ImmutableSortedDictionary<string, PodFact> Pods { get; }

    public ImmutableSortedDictionary<string, InUse> Running { get; }

    /// <summary>Interfaces whose runtime has begun to delete them. What an ADD that is still under way returns is of no use to it any more.</summary>
    public ImmutableSortedSet<string> Gone { get; }

    public Facts At(DateTimeOffset now) => new(now, Nodes, Pods, Running, Gone);

    public Facts With(InUse used) => Gone.Contains(used.Key) ? this : new(Now, Nodes, Pods, Running.SetItem(used.Key, used), Gone);

    public Facts Without(InUse used) => new(Now, Nodes, Pods, Running.Remove(used.Key), Gone.Add(used.Key));

    public Facts WithNode(string node) => new(Now, Nodes.Add(node), Pods, Running, Gone);

    /// <summary>The machine is gone, with all that ran on it.</summary>
    public Facts WithoutNode(string node) => new(
        Now, Nodes.Remove(node), Pods, Running.RemoveRange(Running.Values.Where(r => r.Node == node).Select(r => r.Key)), Gone);

    public Facts WithPod(PodFact pod) => new(Now, Nodes, Pods.SetItem(pod.Name, pod), Running, Gone);

    public Facts WithoutPod(string pod) => new(Now, Nodes, Pods.Remove(pod), Running, Gone);
}
