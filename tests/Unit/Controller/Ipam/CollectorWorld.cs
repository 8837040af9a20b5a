using System.Collections.Immutable;
using Calico.Controller.Ipam;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Store;
using Calico.Tests.Unit.Ipam;

namespace Calico.Tests.Unit.Controller.Ipam;

/// <summary>A cluster in memory: the store, what Kubernetes says, and what really is on the nodes.</summary>
internal sealed class CollectorWorld : IClusterReader, ICollectorReport
{
    public CollectorWorld(params ReadOnlySpan<string> nodes)
    {
        Cluster = Cluster.Ready();
        Cluster.Pool("pool", "10.0.0.0/24", spec => spec with { BlockSize = 29 });
        Nodes = [.. nodes];
        Ipam = Cluster.Client();
        Collector = new Collector(Cluster.Store, Ipam, this, this, Options, Cluster);
    }

    public static CollectorOptions Options { get; } = new() { PerSecond = 0 };

    public Cluster Cluster { get; }

    public IpamClient Ipam { get; }

    public Collector Collector { get; }

    public HashSet<string> Nodes { get; }

    public Dictionary<string, PodFact> Pods { get; } = [];

    /// <summary>What is plugged in, by node: the container, with the addresses it was given.</summary>
    public Dictionary<WorkloadIdentity, (string Node, ImmutableArray<IpAddress> Addresses)> Running { get; } = [];

    public List<(Leak Leak, ImmutableArray<IpAddress> Freed)> Reclaims { get; } = [];

    public List<BlockRelease> Released { get; } = [];

    public List<string> Refusals { get; } = [];

    public CollectorPlan? Last { get; private set; }

    public void AddPod(string name, string node, params string[] addresses) =>
        Pods[name] = new PodFact("shop", name, node, [.. addresses.Select(IpAddress.Parse)]);

    public async Task<IpAddress> PlugAsync(string pod, string container, string node)
    {
        var identity = Cluster.Pod(pod, container);
        var given = await Ipam.AssignAsync(new AssignRequest(identity, node), CancellationToken.None);
        Running[identity] = (node, given.Addresses);
        return given.Addresses[0];
    }

    /// <summary>The container ends and nobody tells the store.</summary>
    public void Crash(string pod, string container) => Running.Remove(Cluster.Pod(pod, container));

    /// <summary>Each node's agent looks at its questions.</summary>
    public async Task AnswerAsync()
    {
        foreach (var key in Cluster.Keys(EtcdKeys.Inquiries).ToList())
        {
            if (EtcdKeys.TryParseInquiry(key, out var node, out _) && Nodes.Contains(node) && Cluster.Get<AddressInquiry>(key) is { InUse: null } inquiry)
            {
                var used = Running.Values.Any(r => r.Node == node && r.Addresses.Any(a => inquiry.Addresses.Contains(a.ToString())));
                var answer = inquiry with { InUse = used, Evidence = used ? "cali0 is there" : null, AnsweredAt = Cluster.GetUtcNow() };
                var stored = await Cluster.Store.RangeAsync(new RangeRequest(key), CancellationToken.None);
                await Cluster.Store.TxnAsync(
                    new TxnRequest([Compare.Unchanged(stored.Single!)], [new StoreOp.Put(key, ModelJson.Write(answer))], []), CancellationToken.None);
            }
        }
    }

    public Task LookAsync() => Collector.LookAsync(CancellationToken.None);

    /// <summary>Two looks a grace period apart, the answers of the nodes, and a last look.</summary>
    public async Task CollectAsync()
    {
        await LookAsync();
        Cluster.Pass(Options.Grace);
        await LookAsync();
        await AnswerAsync();
        await LookAsync();
    }

    public bool IsAllocated(IpAddress address) =>
        Cluster.Keys(EtcdKeys.Blocks).Select(key => Cluster.Get<AllocationBlock>(key)!)
            .Any(block => block.Cidr.Contains(address) && block.Allocations[(int)block.Cidr.OrdinalOf(address)] is not null);

    public Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ClusterFacts(Pods.Values.ToImmutableDictionary(p => (p.Namespace, p.Name)), [.. Nodes]));

    public Task<PodFact?> FindPodAsync(string @namespace, string name, CancellationToken cancellationToken) => Task.FromResult(Pods.GetValueOrDefault(name));

    public Task<bool> HasNodeAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Nodes.Contains(name));

    public void Looked(IpamSnapshot store, CollectorPlan plan) => Last = plan;

    public void Reclaimed(Leak leak, ImmutableArray<IpAddress> freed) => Reclaims.Add((leak, freed));

    void ICollectorReport.Released(BlockRelease block) => Released.Add(block);

    public void Kept(Leak leak, string reason) => Refusals.Add(reason);

    public void Kept(BlockRelease block, string reason) => Refusals.Add(reason);
}
