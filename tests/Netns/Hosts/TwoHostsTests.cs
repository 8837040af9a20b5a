using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Hosts;

/// <summary>Pods on two hosts: the routes that carry their packets, and the packets.</summary>
[Parallelizable]
internal sealed class TwoHostsTests
{
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private Cluster _cluster = null!;
    private Pod _here = null!;
    private Pod _there = null!;
    private IReadOnlyList<IpAddress> _hereAddresses = [];
    private IReadOnlyList<IpAddress> _thereAddresses = [];

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartAsync(2);
        await Seed.AllowAllAsync(_cluster.Etcd);
        _here = await _cluster.PodAsync(0);
        _there = await _cluster.PodAsync(1);
        _hereAddresses = (await _cluster.Caller(0).AddAsync(_here, _cluster.Conf(0))).Addresses;
        _thereAddresses = (await _cluster.Caller(1).AddAsync(_there, _cluster.Conf(1))).Addresses;
        await RoutesAreThereAsync();
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task One_bgp_route_per_block_and_a_blackhole_on_its_owner()
    {
        var audit = await StoreAudit.ReadAsync(_cluster.Etcd);
        Assert.That(_cluster.Hosts.Select(host => audit.BlocksOf(host.NodeName).Count()), Is.All.GreaterThanOrEqualTo(2), "a block of each family");
        Assert.That(await RoutingAudit.LearnedRoutesAsync(audit, _cluster.Hosts), Is.Empty);
        Assert.That(await RoutingAudit.BlackholesAsync(audit, _cluster.Hosts), Is.Empty);
    }

    [Test]
    public async Task A_second_block_is_a_second_route()
    {
        var pods = await _cluster.PodsAsync(64);
        foreach (var pod in pods)
        {
            (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
        }

        await RoutesAreThereAsync();
        var audit = await StoreAudit.ReadAsync(_cluster.Etcd);
        Assert.That(audit.BlocksOf(_cluster.Hosts[0].NodeName).Count(), Is.EqualTo(4), "65 pods do not fit into 64 addresses, in either family");
        foreach (var pod in pods)
        {
            (await _cluster.Caller().DelAsync(pod, _cluster.Conf())).OrThrow();
        }

        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
    }

    [Test]
    public async Task Every_pod_has_its_own_route_and_there_is_no_bridge_nor_tunnel()
    {
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
        Assert.That(await RoutingAudit.DevicesAsync(_cluster.Hosts), Is.Empty);
    }

    [TestCaseSource(nameof(Families))]
    public async Task Packets_cross_two_routers_with_their_source_intact(IpFamily family)
    {
        var (here, there) = (Of(_hereAddresses, family), Of(_thereAddresses, family));
        Assert.That(await Reachability.ReplyTtlAsync(_here.Namespace, there), Is.EqualTo(62));
        Assert.That(await Reachability.SourceSeenAsync(_here.Namespace, _there.Namespace, there), Is.EqualTo(here));
        Assert.That(await Reachability.SourceSeenAsync(_there.Namespace, _here.Namespace, here), Is.EqualTo(there));
    }

    [TestCaseSource(nameof(Families))]
    public async Task The_host_reaches_pods_everywhere(IpFamily family)
    {
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, Of(_hereAddresses, family)), Is.True);
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, Of(_thereAddresses, family)), Is.True);
    }

    [TestCaseSource(nameof(Families))]
    public async Task On_the_wire_the_outermost_addresses_are_the_pods(IpFamily family)
    {
        var (here, there) = (Of(_hereAddresses, family), Of(_thereAddresses, family));
        // tcpdump's filter looks at the outermost header only.
        var wire = _cluster.Hosts[0].Namespace.Enter(
            new Command("tcpdump", "-n", "-l", "-c", "2", "-i", Host.Uplink, $"host {here} and host {there}") { Deadline = TimeSpan.FromSeconds(10) });
        await using var ping = Reachability.StartPing(_here.Namespace, there, 0.1);

        Assert.That((await wire.RunAsync()).Stdout, Does.Contain("echo request").And.Contain("echo reply"));
    }

    [Test]
    public async Task An_address_that_no_pod_has_is_refused_by_its_owner_and_does_not_loop()
    {
        var block = (await StoreAudit.ReadAsync(_cluster.Etcd)).BlocksOf(_cluster.Hosts[1].NodeName).Single(cidr => cidr.Family == IpFamily.IPv4);
        var answer = await _here.Namespace.RunAsync("ping", "-n", "-c", "1", "-W", "1", block.Last.ToString());

        Assert.That(answer.Succeeded, Is.False);
        Assert.That(answer.Stdout, Does.Not.Contain("Time to live exceeded"));
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
