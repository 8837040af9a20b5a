using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Fakes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Upstream;

/// <summary>A node of a cluster whose store upstream's own client wrote: we take part, and what we do not know stays.</summary>
[Parallelizable]
internal sealed class UpstreamStoreTests
{
    private const string Block4 = "/calico/ipam/v2/assignment/ipv4/block/10.65.174.128-26";
    private const string Block6 = "/calico/ipam/v2/assignment/ipv6/block/fd80:24e2:f998:72d6:defe:d3d7:156e:ae80-122";
    private const string NodeA = "/calico/resources/v3/projectcalico.org/nodes/node-a";
    private const string NodeAddress = "172.18.203.31/24";
    private Cluster _cluster = null!;
    private IReadOnlyDictionary<string, StoredValue> _before = null!;

    [SetUp]
    public async Task StartAsNodeA()
    {
        _cluster = await Cluster.StartWithoutAgentsAsync(1);
        foreach (var (key, value) in UpstreamDatastore.Read())
        {
            // A field of a later upstream, in every object.
            var stored = JsonNode.Parse(value)!.AsObject();
            stored["ofALaterUpstream"] = new JsonObject { ["kept"] = true };
            await _cluster.Etcd.PutAsync(key, stored.ToJsonString());
        }

        _before = await _cluster.Etcd.ReadAsync();
        var host = _cluster.Hosts[0];
        host.NodeName = "node-a";
        await host.Namespace.IpAsync($"addr add {NodeAddress} dev eth0");
        await _cluster.StartAgentAsync(host, ("IP", NodeAddress), ("IP6", "none"));
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Pods_come_and_go_beside_upstreams_own(bool throughAgent)
    {
        var conf = throughAgent ? _cluster.Conf() : _cluster.Conf().WithoutAgent();
        var pod = await _cluster.KubernetesPodAsync("web-1", "shop");
        var added = await _cluster.Caller().AddAsync(pod, conf);

        Assert.That(Cidr.Parse("10.65.174.128/26").Contains(added.Address(IpFamily.IPv4)), Is.True, "the block that node-a owned before");
        await AssertOthersUntouchedAsync();
        await AssertBlockKeptAsync(Block4);
        await AssertBlockKeptAsync(Block6);

        (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
        await AssertOthersUntouchedAsync();
        await AssertNodeKeptAsync();
        var after = await _cluster.Etcd.ReadAsync();
        Assert.That(after.Keys, Is.EquivalentTo(_before.Keys));
        Assert.That(Neutral(after[Block4].Text), Is.EqualTo(Neutral(_before[Block4].Text)));
        Assert.That(Neutral(after[Block6].Text), Is.EqualTo(Neutral(_before[Block6].Text)));
    }

    [Test]
    public async Task What_upstream_added_we_delete()
    {
        var pod = (await _cluster.KubernetesPodAsync("web-0", "shop")).WithNewContainer("aaaaaaaa");
        (await _cluster.Caller().DelAsync(pod, _cluster.Conf())).OrThrow();

        var after = await _cluster.Etcd.ReadAsync();
        Assert.That(_before.Keys.Except(after.Keys), Is.SupersetOf((string[])
        [
            "/calico/ipam/v2/handle/k8s-pod-network.aaaaaaaa",
            "/calico/resources/v3/projectcalico.org/workloadendpoints/shop/node--a-k8s-web--0-eth0",
        ]));
        var audit = await StoreAudit.ReadAsync(_cluster.Etcd);
        Assert.That(audit.Allocations.Values, Is.EquivalentTo((string[])["k8s-pod-network.bbbb1", "k8s-pod-network.bbbb3"]));
    }

    /// <summary>Everything but node-a's own blocks and its own Node, byte for byte.</summary>
    private async Task AssertOthersUntouchedAsync()
    {
        var after = await _cluster.Etcd.ReadAsync();
        foreach (var (key, value) in _before.Where(pair => pair.Key is not (Block4 or Block6 or NodeA)))
        {
            Assert.That(after[key].Text, Is.EqualTo(value.Text), key);
        }
    }

    /// <summary>The agent adds what upstream's node adds, its list of addresses, and takes nothing away.</summary>
    private async Task AssertNodeKeptAsync()
    {
        var node = JsonNode.Parse((await _cluster.Etcd.ReadAsync(NodeA))[NodeA].Text)!.AsObject();
        node["spec"]!.AsObject().Remove("addresses");
        Assert.That(node.ToJsonString(), Is.EqualTo(JsonNode.Parse(_before[NodeA].Text)!.ToJsonString()));
    }

    private async Task AssertBlockKeptAsync(string key)
    {
        var (before, after) = (JsonNode.Parse(_before[key].Text)!, JsonNode.Parse((await _cluster.Etcd.ReadAsync())[key].Text)!);
        Assert.That(after["ofALaterUpstream"]!.ToJsonString(), Is.EqualTo(before["ofALaterUpstream"]!.ToJsonString()));
        Assert.That(after["strictAffinity"]!.ToJsonString(), Is.EqualTo("false"));
        Assert.That((int?)after["allocations"]![0], Is.Zero, "web-0 keeps its address");
        Assert.That(after["attributes"]![0]!.ToJsonString(), Is.EqualTo(before["attributes"]![0]!.ToJsonString()));
    }

    /// <summary>A block without what every write changes: the order of the free list and the sequence numbers.</summary>
    private static string Neutral(string text)
    {
        var block = JsonNode.Parse(text)!.AsObject();
        block["unallocated"] = new JsonArray([.. block["unallocated"]!.AsArray().Select(ordinal => (int)ordinal!).Order().Select(ordinal => JsonValue.Create(ordinal))]);
        block.Remove("sequenceNumber");
        block.Remove("sequenceNumberForAllocation");
        return new JsonObject(block.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString();
    }
}
