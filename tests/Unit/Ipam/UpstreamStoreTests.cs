using System.Text;
using System.Text.Json;
using Calico.Ipam.Core;
using Calico.Model.Identity;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Ipam;

/// <summary>Work in a store that upstream's client library wrote.</summary>
internal sealed class UpstreamStoreTests
{
    private static readonly WorkloadIdentity Web0 = new(WorkloadIdentity.Kubernetes, "shop", "web-0", "aaaaaaaa", "eth0", "k8s-pod-network");

    private InMemoryStore _store = null!;
    private IpamClient _client = null!;

    [SetUp]
    public void Load()
    {
        _store = new InMemoryStore();
        foreach (var (key, value) in UpstreamDatastore.Read())
        {
            _store.Put(key, value);
        }

        _client = new IpamClient(_store, Cluster.Patient);
    }

    [TearDown]
    public void Close() => _client.Dispose();

    [Test]
    public async Task A_new_pod_gets_the_next_address_of_the_nodes_block_and_every_field_is_kept()
    {
        const string Key = "/calico/ipam/v2/assignment/ipv4/block/10.65.174.128-26";
        var request = new AssignRequest(Web0 with { Workload = "web-1", ContainerId = "cccc" }, "node-a");
        var given = await _client.AssignAsync(request, CancellationToken.None);

        Assert.That(given.Addresses, Is.EqualTo(Cluster.Addresses("10.65.174.129")));
        using var block = JsonDocument.Parse(Encoding.UTF8.GetBytes(_store.Contents()[Key]));
        Assert.Multiple(() =>
        {
            Assert.That(block.RootElement.GetProperty("strictAffinity").GetBoolean(), Is.False, "a field that we do not know");
            Assert.That(block.RootElement.GetProperty("allocations")[0].GetInt32(), Is.Zero);
            Assert.That(block.RootElement.GetProperty("allocations")[1].GetInt32(), Is.EqualTo(1));
            Assert.That(block.RootElement.GetProperty("attributes")[0].GetProperty("secondary").GetProperty("pod").GetString(), Is.EqualTo("web-0"));
        });
    }

    [Test]
    public async Task A_repeated_add_of_upstreams_pod_returns_its_addresses_and_keeps_its_endpoint()
    {
        var before = _store.Contents();
        var given = await _client.AssignAsync(new AssignRequest(Web0, "node-a") { WritesEndpoint = false }, CancellationToken.None);
        Assert.That(given.Addresses, Is.EqualTo(Cluster.Addresses("10.65.174.128")));
        Assert.That(_store.Contents(), Is.EqualTo(before));
    }

    [Test]
    public async Task Upstreams_pod_is_released_whole()
    {
        var released = await _client.ReleaseAsync(new ReleaseRequest(Web0, "node-a"), CancellationToken.None);
        Assert.That(released.Addresses, Is.EqualTo(Cluster.Addresses("10.65.174.128", "fd80:24e2:f998:72d6:defe:d3d7:156e:ae80")));
        Assert.That(released.HostInterfaces, Is.EqualTo(new[] { "cali123456789ab" }));
        Assert.That(_store.Contents().Keys, Has.None.Contains("aaaaaaaa").And.None.Contains("web--0"));
    }
}
