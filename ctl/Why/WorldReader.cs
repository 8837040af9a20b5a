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
    // Those that grow with the cluster are read side by side.
    private static readonly ResourceKind[] Kinds =
    [
        ResourceKind.WorkloadEndpoint, ResourceKind.NetworkPolicy, ResourceKind.Profile, ResourceKind.GlobalNetworkPolicy, ResourceKind.NetworkSet,
        ResourceKind.GlobalNetworkSet, ResourceKind.HostEndpoint, ResourceKind.Node, ResourceKind.Tier,
    ];

    public static async Task<StoredWorld> ReadAsync(IKeyValueStore store, CancellationToken cancellationToken)
    {
        var first = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.IpPool)), cancellationToken);
        var world = new StoredWorld { Revision = first.Revision };
        AddTo(world, first);
        await Task.WhenAll(Kinds.Select(async kind =>
        {
            await foreach (var page in store.PagesAsync(RangeRequest.Prefix(EtcdKeys.Prefix(kind)) with { Revision = first.Revision }, cancellationToken))
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
        var blocks = addresses.Select(address => IpamFacts.BlockOf(world, address)).OfType<Cidr>().Distinct().ToList();
        await Task.WhenAll(blocks.Select(async cidr =>
        {
            if (await ReadAsync(EtcdKeys.Block(cidr)) is not { } stored)
            {
                return;
            }

            try
            {
                var block = ModelJson.Read<AllocationBlock>(stored.Value.Span);
                var affinity = block.OwnerNode() is { } owner && await ReadAsync(EtcdKeys.Affinity(owner, cidr)) is { } found ? ModelJson.Read<BlockAffinity>(found.Value.Span).State : null;
                facts.Add(block, affinity);
            }
            catch (System.Text.Json.JsonException e)
            {
                facts.AddProblem($"{stored.Key} cannot be read: {e.Message}");
            }
        }));
        return facts;

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
