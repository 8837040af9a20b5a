using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Tests.Unit.Controller.Ipam;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>
/// What a world comes to when nothing goes wrong any more: the collector takes back what was left over and nothing else, then every pod is deleted, and
/// then every address of every pool can be had.
/// </summary>
internal sealed class Aftermath(Scenario scenario, World end)
{
    private const string Newcomer = "node-z";
    private readonly CollectorWorld _world = new(end.Facts.Nodes.ToArray());

    /// <summary>Null when all is as it should be.</summary>
    public string? Violation() => ViolationAsync().GetAwaiter().GetResult();

    private async Task<string?> ViolationAsync()
    {
        Restore();
        await TellAsync();
        await CollectAsync();
        var held = Handles();
        var used = _world.Running.Keys.Select(identity => identity.HandleId).ToHashSet();
        if (!held.SetEquals(used))
        {
            return $"after the collector: held by {string.Join(' ', held.Order())}; in use by {string.Join(' ', used.Order())}";
        }

        var lost = _world.Running.SelectMany(r => r.Value.Addresses).FirstOrDefault(a => !_world.IsAllocated(a));
        if (lost != default)
        {
            return $"after the collector: {lost} is in use and not allocated";
        }

        await DeleteAllAsync();
        return StoreInvariants.Violation(_world.Cluster.Store.Contents()) ?? Leftovers() ?? await LostAddressesAsync();
    }

    private void Restore()
    {
        var store = _world.Cluster.Store;
        foreach (var key in store.Contents().Keys.ToList())
        {
            store.Delete(key);
        }

        foreach (var (key, value) in end.Store.Texts())
        {
            store.Put(key, value);
        }

        _world.Cluster.Pass(end.Facts.Now - Facts.Start);
        foreach (var used in end.Facts.Running.Values)
        {
            _world.Running[used.Identity] = (used.Node, used.Addresses);
        }
    }

    /// <summary>An agent that is started again tells what its journal says.</summary>
    private async Task TellAsync()
    {
        foreach (var used in end.Facts.Running.Values.Where(used => used.IsUntold))
        {
            using var client = _world.Cluster.Client();
            await Outages.TellAsync(client, used, [.. new[] { 0, 1, 2 }.Select(pod => Scenarios.Pod(pod)).Where(pod => end.Facts.Gone.Contains(new InUse(pod, used.Node, []).Key))]);
        }
    }

    /// <summary>Pods whose container is gone are deleted, and the kubelet has reported the others.</summary>
    private async Task CollectAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            _world.Pods.Clear();
            foreach (var pod in _world.Running.GroupBy(r => (r.Key.Workload, r.Value.Node)))
            {
                _world.AddPod(pod.Key.Workload, pod.Key.Node, [.. pod.SelectMany(p => p.Value.Addresses).Select(a => a.ToString())]);
            }

            await _world.CollectAsync();
        }
    }

    private async Task DeleteAllAsync()
    {
        foreach (var (identity, (node, _)) in _world.Running.ToList())
        {
            using var client = _world.Cluster.Client();
            await client.ReleaseAsync(new ReleaseRequest(identity, node), CancellationToken.None);
            _world.Running.Remove(identity);
        }

        foreach (var node in end.Facts.Nodes)
        {
            using var client = _world.Cluster.Client();
            await client.CommitAsync([new ReserveRequest(node, 0)], CancellationToken.None);
        }

        await CollectAsync();
    }

    /// <summary>Those of containers; what a node holds in reserve is no leak.</summary>
    private HashSet<string> Handles() =>
    [
        .. _world.Cluster.Keys(EtcdKeys.Handles).Select(key => key[EtcdKeys.Handles.Length..])
            .Where(handle => !end.Facts.Nodes.Any(node => handle == NodeReserve.HandleId(node))),
    ];

    private string? Leftovers()
    {
        var left = _world.Cluster.Keys(EtcdKeys.Handles)
            .Concat(_world.Cluster.Keys(EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint)))
            .Concat(_world.Cluster.Keys(EtcdKeys.Inquiries))
            .Concat(_world.Cluster.Keys(EtcdKeys.Affinities).Where(key => EtcdKeys.TryParseAffinity(key, out var node, out _) && !end.Facts.Nodes.Contains(node)))
            .ToList();
        return left.Count == 0 ? null : $"when all pods are deleted there is left: {string.Join(' ', left)}";
    }

    private async Task<string?> LostAddressesAsync()
    {
        _world.Cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, MaxBlocksPerHost = 64 });
        _world.Cluster.Pass(TimeSpan.FromHours(1));
        foreach (var (range, index) in scenario.Pools.Select((range, index) => (range, index)))
        {
            _world.Cluster.Pool($"pool-{index}", range, spec => spec with { BlockSize = Cidr.Parse(range).Family.Bits() - scenario.BlockBits });
        }

        foreach (var family in scenario.Pools.Select(range => Cidr.Parse(range)).GroupBy(range => range.Family))
        {
            var size = family.Sum(range => (int)range.Size);
            var given = await TakeAllAsync(family.Key);
            if (given != size)
            {
                return $"when all pods are deleted {given} of {size} {family.Key} addresses can be had: {ModelText()}";
            }
        }

        return null;
    }

    private async Task<int> TakeAllAsync(IpFamily family)
    {
        using var client = _world.Cluster.Client();
        for (var given = 0; ; given++)
        {
            try
            {
                await client.AssignAsync(
                    new AssignRequest(Cluster.Pod($"p{family}{given}", $"z{family}{given}"), Newcomer) { Families = [family] }, CancellationToken.None);
            }
            catch (IpamException e) when (e.Failure == IpamFailure.Exhausted)
            {
                return given;
            }
        }
    }

    private string ModelText() => string.Join(
        "; ", _world.Cluster.Keys(EtcdKeys.Blocks).Select(key => _world.Cluster.Get<AllocationBlock>(key)!).Select(b => $"{b.Cidr} of {b.Affinity}: {b.Unallocated.Count} free"));
}
