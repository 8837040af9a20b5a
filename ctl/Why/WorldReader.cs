using Calico.Model;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ctl.Why;

/// <summary>Reads what decides about packets, all of it at one revision.</summary>
internal static class WorldReader
{
    private static readonly ResourceKind[] Always =
    [
        ResourceKind.Profile, ResourceKind.GlobalNetworkPolicy, ResourceKind.NetworkSet, ResourceKind.GlobalNetworkSet, ResourceKind.HostEndpoint, ResourceKind.Node, ResourceKind.Tier,
    ];

    // What lives in namespaces by the thousands.
    private static readonly ResourceKind[] OfNamespaces = [ResourceKind.WorkloadEndpoint, ResourceKind.NetworkPolicy];

    /// <param name="namespaces">Those of both ends; null where they are not known, because somebody is called by his address.</param>
    public static async Task<StoredWorld> ReadAsync(IKeyValueStore store, IReadOnlyCollection<string>? namespaces, CancellationToken cancellationToken)
    {
        var first = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.IpPool)), cancellationToken);
        var world = new StoredWorld { Revision = first.Revision };
        AddTo(world, first);
        var prefixes = Always.Select(EtcdKeys.Prefix)
            .Concat(OfNamespaces.SelectMany(kind => namespaces is null ? [EtcdKeys.Prefix(kind)] : namespaces.Select(space => $"{EtcdKeys.Prefix(kind)}{space}/")));
        await Task.WhenAll(prefixes.Select(async prefix =>
        {
            await foreach (var page in store.PagesAsync(RangeRequest.Prefix(prefix) with { Revision = first.Revision }, cancellationToken))
            {
                AddTo(world, page);
            }
        }));
        return world;
    }

    /// <summary>What address management holds about addresses.</summary>
    public static async Task<IpamFacts> ReadIpamAsync(IKeyValueStore store, StoredWorld world, IEnumerable<IpAddress> addresses, CancellationToken cancellationToken)
    {
        var facts = new IpamFacts();
        var blocks = new HashSet<Cidr>();
        var reading = new List<Task>();
        foreach (var address in addresses)
        {
            if (IpamFacts.BlockOf(world, address) is { } block && blocks.Add(block))
            {
                reading.Add(ReadBlockAsync(block));
            }
        }

        await Task.WhenAll(reading);
        return facts;

        async Task ReadBlockAsync(Cidr cidr)
        {
            if (await ReadAsync(EtcdKeys.Block(cidr)) is not { } stored)
            {
                return;
            }

            try
            {
                var block = ModelJson.Read<AllocationBlock>(stored.Value.Span);
                if (block.Cidr != cidr || !block.IsSound())
                {
                    facts.AddProblem($"{stored.Key} contradicts itself: try calicoctl ipam check");
                    return;
                }

                var affinity = block.OwnerNode() is { } owner && await ReadAsync(EtcdKeys.Affinity(owner, cidr)) is { } found ? ModelJson.Read<BlockAffinity>(found.Value.Span).State : null;
                facts.Add(block, affinity);
            }
            catch (System.Text.Json.JsonException e)
            {
                facts.AddProblem($"{stored.Key} cannot be read: {e.Message}");
            }
        }

        async Task<KeyValue?> ReadAsync(string key) => (await store.RangeAsync(new RangeRequest(key, Revision: world.Revision), cancellationToken)).Single;
    }

    private static void AddTo(StoredWorld world, RangeResult page)
    {
        lock (world)
        {
            foreach (var keyValue in page.KeyValues)
            {
                world.Add(keyValue);
            }
        }
    }
}
