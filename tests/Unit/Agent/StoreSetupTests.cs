using System.Text;
using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent;

internal sealed class StoreSetupTests
{
    private static readonly InterfaceAddress Address = InterfaceAddress.Parse("10.0.0.5/24");
    private static readonly string NodeKey = EtcdKeys.Resource(ResourceKind.Node, "host1");
    private static readonly PoolOptions Pool = new(IpFamily.IPv4, null, 26, true, "all()", false, "Never", "Never");

    [Test]
    public async Task A_new_node_is_made()
    {
        var store = new InMemoryStore();
        await RegisterAsync(store);
        Assert.That(await TextAsync(store, NodeKey), Does.Contain("\"ipv4Address\":\"10.0.0.5/24\"").And.Contain("CalicoNodeIP"));
    }

    [Test]
    public async Task What_others_wrote_into_a_node_stays()
    {
        var store = new InMemoryStore();
        await PutAsync(store, NodeKey, """
            {"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"host1","labels":{"rack":"a"},"future":1},
             "spec":{"addresses":[{"address":"192.0.2.1","type":"InternalIP"},{"address":"10.0.0.4/24","type":"CalicoNodeIP"}],
                     "bgp":{"ipv4Address":"10.0.0.4/24","asNumber":65001,"other":true},"wireguard":{"x":1}},"status":{"y":2}}
            """);
        await RegisterAsync(store);
        var text = await TextAsync(store, NodeKey);
        foreach (var kept in new[] { "\"rack\":\"a\"", "\"future\":1", "192.0.2.1", "\"asNumber\":65001", "\"other\":true", "\"wireguard\":{\"x\":1}", "\"status\":{\"y\":2}" })
        {
            Assert.That(text, Does.Contain(kept));
        }

        Assert.That(text, Does.Contain("10.0.0.5/24").And.Not.Contain("10.0.0.4"));
    }

    [Test]
    public async Task A_second_start_writes_nothing()
    {
        var store = new InMemoryStore();
        await RegisterAsync(store);
        await Setup(store).EnsureClusterInformationAsync(default);
        await Setup(store).EnsurePoolsAsync([Pool], [], null, default);
        var revision = (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Revision;
        await RegisterAsync(store);
        await Setup(store).EnsureClusterInformationAsync(default);
        await Setup(store).EnsurePoolsAsync([Pool], [], null, default);
        Assert.That((await store.RangeAsync(RangeRequest.Prefix("/"), default)).Revision, Is.EqualTo(revision));
    }

    [Test]
    public async Task A_node_that_cannot_be_read_is_not_overwritten()
    {
        var store = new InMemoryStore();
        await PutAsync(store, NodeKey, "{\"kind\":");
        Assert.That(() => RegisterAsync(store), Throws.TypeOf<StartupException>().With.Message.Contains(NodeKey));
        Assert.That(await TextAsync(store, NodeKey), Is.EqualTo("{\"kind\":"));
    }

    [Test]
    public async Task A_pool_of_any_name_is_enough()
    {
        var store = new InMemoryStore();
        await PutAsync(store, EtcdKeys.Resource(ResourceKind.IpPool, "mine"), """{"kind":"IPPool","metadata":{"name":"mine"},"spec":{"cidr":"10.1.0.0/16"}}""");
        await Setup(store).EnsurePoolsAsync([Pool, Pool with { Family = IpFamily.IPv6, BlockSize = 122 }], [], null, default);
        var pools = await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.IpPool)), default);
        Assert.That(pools.KeyValues.Select(pool => pool.Key.Split('/')[^1]), Is.EqualTo(["default-ipv6-ippool", "mine"]));
    }

    [Test]
    public async Task Agents_that_start_together_make_one_cluster()
    {
        var store = new InMemoryStore();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Setup(store).EnsureClusterInformationAsync(default)));
        var cluster = (await store.RangeAsync(new RangeRequest(EtcdKeys.Resource(ResourceKind.ClusterInformation, "default")), default)).Single!;
        Assert.That(cluster.Version, Is.EqualTo(1));
    }

    private static StoreSetup Setup(InMemoryStore store) => new(store, NullLogger.Instance, TimeProvider.System);

    private static Task<Resource<NodeSpec>> RegisterAsync(InMemoryStore store) =>
        Setup(store).RegisterNodeAsync("host1", null, null, _ => (Address, null), default);

    private static Task<TxnResult> PutAsync(InMemoryStore store, string key, string value) =>
        store.TxnAsync(new TxnRequest([], [new StoreOp.Put(key, Encoding.UTF8.GetBytes(value))], []), default);

    private static async Task<string> TextAsync(InMemoryStore store, string key) =>
        Encoding.UTF8.GetString((await store.RangeAsync(new RangeRequest(key), default)).Single!.Value.Span);
}
