using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Agent;

/// <summary>The node's veto when addresses look leaked: what its kernel has is in use, whatever the datastore thinks.</summary>
internal sealed class AddressUseTests
{
    private const string Inquiries = "/calico/ipam/inquiry/v1/host/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Cluster _cluster = null!;

    private Host Host => _cluster.Hosts[0];

    [SetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartWithoutAgentsAsync(1);
        await Seed.ReadyClusterAsync(_cluster.Etcd);
        await _cluster.StartAgentAsync(Host);
    }

    [TearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task A_pods_addresses_and_its_interface_are_vetoed_until_the_pod_is_gone()
    {
        var pod = await _cluster.PodAsync();
        var added = (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
        var device = $"cali{pod.ContainerId[..11]}";
        Assert.That(added.Addresses, Has.Count.EqualTo(2), "one of each family");
        foreach (var address in added.Addresses)
        {
            Assert.That(await AskAsync([address.ToString()]), Is.EqualTo((true, $"{address} is routed to {device}")));
        }

        Assert.That(await AskAsync([], [device]), Is.EqualTo((true, $"the interface {device} is there")));
        (await _cluster.Caller().DelAsync(pod, _cluster.Conf())).OrThrow();
        Assert.That((await AskAsync([.. added.Addresses.Select(address => address.ToString())])).InUse, Is.False);
        await Wait.UntilAsync(async () => !(await AskAsync([], [device])).InUse, Patience, () => $"{device} to go");
    }

    [Test]
    public async Task An_address_behind_a_bridge_of_the_node_is_vetoed_and_one_that_only_a_gateway_leads_to_is_not()
    {
        await Host.Namespace.IpAsync("link add bridge0 type bridge");
        await Host.Namespace.IpAsync("addr add 10.77.0.1/24 dev bridge0");
        await Host.Namespace.IpAsync("addr add fd77::1/64 dev bridge0 nodad");
        await Host.Namespace.IpAsync("link set bridge0 up");
        foreach (var address in new[] { "10.77.0.9", "fd77::9" })
        {
            Assert.That(await AskAsync([address]), Is.EqualTo((true, $"{address} is routed to bridge0")));
        }

        Assert.That((await AskAsync(["10.88.0.9"])).InUse, Is.False);
        Assert.That((await AskAsync(["fd88::9"])).InUse, Is.False);
        Assert.That((await AskAsync(["10.88.0.9", "10.77.0.9"])).InUse, Is.True, "one of several is enough");
    }

    [Test]
    public async Task What_cannot_be_understood_counts_as_in_use() => Assert.That((await AskAsync(["10.88.0"])).InUse, Is.True);

    private async Task<(bool InUse, string? Evidence)> AskAsync(string[] addresses, string[]? interfaces = null)
    {
        var key = $"{Inquiries}{Host.NodeName}/{Guid.NewGuid():N}";
        var question = new JsonObject { ["addresses"] = new JsonArray([.. addresses]), ["interfaces"] = new JsonArray([.. interfaces ?? []]), ["askedAt"] = "2026-01-01T00:00:00Z" };
        await _cluster.Etcd.PutAsync(key, question.ToJsonString());
        JsonNode? answer = null;
        await Wait.UntilAsync(
            async () => (answer = JsonNode.Parse((await _cluster.Etcd.ReadAsync(key))[key].Text))!["inUse"] is not null, Patience, () => $"the agent's answer to {key}: {string.Join('\n', _cluster.Agents[0].Log)}");
        return ((bool)answer!["inUse"]!, (string?)answer["evidence"]);
    }
}
