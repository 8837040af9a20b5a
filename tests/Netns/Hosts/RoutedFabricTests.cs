using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Hosts;

/// <summary>
/// Hosts in subnets of their own behind a router, each speaking eBGP with that router and with no other host: each host an AS, or all
/// hosts one AS that accepts itself in the path.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable]
internal sealed class RoutedFabricTests(bool asPerHost)
{
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private Cluster _cluster = null!;
    private TopOfRack _router = null!;
    private Pod _here = null!;
    private Pod _there = null!;
    private IReadOnlyList<IpAddress> _hereAddresses = [];
    private IReadOnlyList<IpAddress> _thereAddresses = [];

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartWithoutAgentsAsync(2, shape: FabricShape.Routed);
        _router = await TopOfRack.StartAsync(_cluster.Fabric, AsOf);
        await Seed.NoMeshAsync(_cluster.Etcd);
        foreach (var host in _cluster.Hosts)
        {
            await Seed.PeerAsync(_cluster.Etcd, $"{host}-v4", Peer(host, host.Gateway4));
            await Seed.PeerAsync(_cluster.Etcd, $"{host}-v6", Peer(host, host.Gateway6));
            await _cluster.StartAgentAsync(host, ("AS", $"{AsOf(host)}"));
        }

        _here = await _cluster.PodAsync(0);
        _there = await _cluster.PodAsync(1);
        _hereAddresses = (await _cluster.Caller(0).AddAsync(_here, _cluster.Conf(0))).Addresses;
        _thereAddresses = (await _cluster.Caller(1).AddAsync(_there, _cluster.Conf(1))).Addresses;
        await RoutesAreThereAsync();
    }

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        await _router.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task The_router_has_one_route_per_block_towards_its_owner()
    {
        var audit = await StoreAudit.ReadAsync(_cluster.Etcd);
        var wanted = _cluster.Hosts.SelectMany(
            host => audit.BlocksOf(host.NodeName), (host, block) => (block, block.Family == IpFamily.IPv4 ? host.Address4.Address : host.Address6.Address));

        Assert.That(await _router.LearnedRoutesAsync(), Is.EquivalentTo(wanted));
        Assert.That(await RoutingAudit.LearnedRoutesAsync(audit, _cluster.Hosts), Is.Empty);
        Assert.That(await RoutingAudit.BlackholesAsync(audit, _cluster.Hosts), Is.Empty);
        Assert.That(await RoutingAudit.DevicesAsync(_cluster.Hosts), Is.Empty);
    }

    [TestCaseSource(nameof(Families))]
    public async Task Packets_cross_three_routers_with_their_source_intact(IpFamily family)
    {
        var (here, there) = (Of(_hereAddresses, family), Of(_thereAddresses, family));
        Assert.That(await Reachability.ReplyTtlAsync(_here.Namespace, there), Is.EqualTo(61));
        Assert.That(await Reachability.SourceSeenAsync(_here.Namespace, _there.Namespace, there), Is.EqualTo(here));
        Assert.That(await Reachability.SourceSeenAsync(_there.Namespace, _here.Namespace, here), Is.EqualTo(there));
    }

    [Test]
    public async Task The_agent_reports_a_session_with_the_router_and_none_with_the_other_host()
    {
        var status = (await _cluster.Agents[0].RunAsync("status")).OrThrow().Stdout;
        Assert.That(status, Does.Contain(_cluster.Hosts[0].Gateway4.ToString()).And.Contain("Established"));
        Assert.That(status, Does.Not.Contain(_cluster.Hosts[1].Address4.Address.ToString()));
    }

    [Test]
    public async Task A_second_block_is_a_second_route_in_the_router()
    {
        var pods = await _cluster.PodsAsync(64);
        foreach (var pod in pods)
        {
            (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
        }

        await RoutesAreThereAsync();
        Assert.That((await _router.LearnedRoutesAsync()).Count(route => route.NextHop == _cluster.Hosts[0].Address4.Address), Is.EqualTo(2));
        foreach (var pod in pods)
        {
            (await _cluster.Caller().DelAsync(pod, _cluster.Conf())).OrThrow();
        }

        await RoutesAreThereAsync();
    }

    private int AsOf(Host host) => asPerHost && host == _cluster.Hosts[1] ? 64602 : 64601;

    private JsonObject Peer(Host host, IpAddress gateway)
    {
        var spec = new JsonObject { ["node"] = host.NodeName, ["peerIP"] = gateway.ToString(), ["asNumber"] = TopOfRack.AsNumber };
        if (!asPerHost)
        {
            spec["numAllowedLocalASNumbers"] = 1;
        }

        return spec;
    }

    private Task RoutesAreThereAsync()
    {
        IReadOnlyList<string> missing = [];
        return Wait.UntilAsync(
            async () =>
            {
                var audit = await StoreAudit.ReadAsync(_cluster.Etcd);
                missing = [.. await RoutingAudit.LearnedRoutesAsync(audit, _cluster.Hosts), .. await RoutingAudit.BlackholesAsync(audit, _cluster.Hosts)];
                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(30),
            () => $"the routes between the hosts: {string.Join("; ", missing)}");
    }

    private static IpAddress Of(IReadOnlyList<IpAddress> addresses, IpFamily family) => addresses.Single(address => address.Family == family);
}
