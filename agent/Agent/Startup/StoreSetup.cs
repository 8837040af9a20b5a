using System.Security.Cryptography;
using System.Text.Json;
using Calico.Agent.Options;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Startup;

/// <summary>What an agent writes to the datastore when it starts. Every write is conditional, so that agents which start together do not undo each other.</summary>
internal sealed class StoreSetup(IKeyValueStore store, ILogger log, TimeProvider time)
{
    private const int Attempts = 10;

    /// <summary>Makes or brings up to date this node's record.</summary>
    /// <param name="decide">The addresses, given those stored.</param>
    /// <param name="kubernetesNode">What Kubernetes calls the node; null outside Kubernetes.</param>
    /// <exception cref="StartupException">The stored record cannot be read, or others keep changing it.</exception>
    public async Task<Resource<NodeSpec>> RegisterNodeAsync(
        string name,
        string? kubernetesNode,
        AsNumber? asNumber,
        Func<NodeBgpSpec?, (InterfaceAddress? IPv4, InterfaceAddress? IPv6)> decide,
        CancellationToken cancellationToken)
    {
        var key = EtcdKeys.Resource(ResourceKind.Node, name);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = (await store.RangeAsync(new RangeRequest(key), cancellationToken)).Single;
            var before = stored is null ? NodeRecord.New(name, Now()) : ReadNode(name, stored);
            var (ipv4, ipv6) = decide(stored is null ? null : before.Spec.Bgp);
            var after = NodeRecord.With(before, ipv4, ipv6, asNumber, kubernetesNode);
            var value = ModelJson.Write(after);
            if (stored is not null && stored.Value.Span.SequenceEqual(value))
            {
                return after;
            }

            var compare = stored is null ? Compare.Absent(key) : Compare.Unchanged(stored);
            if ((await store.TxnAsync(new TxnRequest([compare], [new StoreOp.Put(key, value)], []), cancellationToken)).Succeeded)
            {
                AgentLog.NodeRegistered(log, name, ipv4?.ToString() ?? "none", ipv6?.ToString() ?? "none");
                return after;
            }
        }

        throw new StartupException($"the Node {name} is being changed by others all the time; {Attempts} tries to update it failed");
    }

    /// <summary>Makes ClusterInformation unless it exists.</summary>
    public async Task EnsureClusterInformationAsync(CancellationToken cancellationToken)
    {
        var cluster = new Resource<ClusterInformationSpec>
        {
            Kind = ResourceKind.ClusterInformation.Kind,
            Metadata = NewMeta("default"),
            Spec = new ClusterInformationSpec
            {
                ClusterGuid = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                ClusterType = "bgp",
                DatastoreReady = true,
            },
        };
        if (await CreateAsync(EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"), ModelJson.Write(cluster), cancellationToken))
        {
            AgentLog.ClusterCreated(log, cluster.Spec.ClusterGuid);
        }
    }

    /// <summary>Makes a pool of each family that has none.</summary>
    /// <param name="usualRange">The range where the options name none; it, or what it gives, may be null: then one is picked.</param>
    public async Task EnsurePoolsAsync(
        IEnumerable<PoolOptions> wanted, IReadOnlyList<Cidr> hostNetworks, Func<IpFamily, Task<Cidr?>>? usualRange, CancellationToken cancellationToken)
    {
        var stored = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.IpPool)), cancellationToken);
        foreach (var given in wanted.Where(options => !stored.KeyValues.Any(pool => IsOfFamily(pool, options.Family))))
        {
            var options = given.Cidr is null && usualRange is not null ? given with { Cidr = await usualRange(given.Family) } : given;
            var name = DefaultPool.NameOf(options.Family);
            var pool = new Resource<IpPoolSpec>
            {
                Kind = ResourceKind.IpPool.Kind,
                Metadata = NewMeta(name),
                Spec = DefaultPool.Spec(options, hostNetworks),
            };
            if (await CreateAsync(EtcdKeys.Resource(ResourceKind.IpPool, name), ModelJson.Write(pool), cancellationToken))
            {
                AgentLog.PoolCreated(log, name, pool.Spec.Cidr!);
            }
        }
    }

    private static Resource<NodeSpec> ReadNode(string name, KeyValue stored)
    {
        try
        {
            return ModelJson.Read<Resource<NodeSpec>>(stored.Value.Span);
        }
        catch (JsonException e)
        {
            throw new StartupException($"the stored Node {name} cannot be read, and is not overwritten: {e.Message}. Correct or delete {stored.Key}", e);
        }
    }

    /// <summary>A pool that cannot be read counts for both families: rather none made than one too many.</summary>
    private static bool IsOfFamily(KeyValue stored, IpFamily family)
    {
        try
        {
            var pool = ModelJson.Read<Resource<IpPoolSpec>>(stored.Value.Span);
            return !Cidr.TryParse(pool.Spec.Cidr, out var cidr) || cidr.Family == family;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>Kubernetes writes the times of its metadata in whole seconds.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    private ObjectMeta NewMeta(string name) => new() { Name = name, Uid = Guid.NewGuid().ToString(), CreationTimestamp = Now() };

    private async Task<bool> CreateAsync(string key, byte[] value, CancellationToken cancellationToken) =>
        (await store.TxnAsync(new TxnRequest([Compare.Absent(key)], [new StoreOp.Put(key, value)], []), cancellationToken)).Succeeded;
}
