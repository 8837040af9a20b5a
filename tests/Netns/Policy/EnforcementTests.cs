using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>What enforcement means beyond verdicts: flows that are open, addresses, interfaces, and whatever else is in the kernel's tables.</summary>
[TestFixture("NFT")]
[TestFixture("Legacy")]
internal sealed class EnforcementTests(string backend)
{
    private const int Udp = 17;
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private PolicyCluster _cluster = null!;
    private Actor _here = null!;
    private Actor _neighbour = null!;
    private Actor _there = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await PolicyCluster.StartAsync(2, backend, ("FELIX_IPTABLESREFRESHINTERVAL", "1"));
        _here = await _cluster.AddPodAsync("here", "shop");
        _neighbour = await _cluster.AddPodAsync("neighbour", "shop");
        _there = await _cluster.AddPodAsync("there", "shop", host: 1);
        await _cluster.ConnectAsync();
        await _cluster.CommitAsync(Put(Namespace("shop")));
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TestCaseSource(nameof(Families))]
    public async Task An_open_stream_that_a_new_policy_denies_is_cut_and_one_that_it_allows_is_not(IpFamily family)
    {
        foreach (var to in new[] { _neighbour, _there })
        {
            await using var denied = await RunningStream.OpenAsync(_here.Place, to.Place, to.Address(family), 7001);
            await using var allowed = await RunningStream.OpenAsync(_here.Place, to.Place, to.Address(family), 7002);
            Assert.That(await denied.PassesAsync(1, Settling) && await allowed.PassesAsync(1, Settling), Is.True);

            var policy = GlobalPolicy("tighten", "all()", ingress: [DenyTcp(7001), Allow]);
            await _cluster.CommitAsync(Put(policy));
            var number = 1;
            var cut = await Wait.ForAsync(async () => !await denied.PassesAsync(++number, Soon), Settling);
            var open = await allowed.PassesAsync(2, Settling);
            await _cluster.CommitAsync(Delete(policy));

            Assert.That((cut, open), Is.EqualTo((true, true)), $"to {to}");
        }
    }

    [Test]
    public async Task Connections_of_a_pod_end_with_it_so_that_the_next_one_at_its_address_inherits_none()
    {
        var pod = await _cluster.Cluster.KubernetesPodAsync("brief", "shop");
        var address = (await _cluster.Cluster.Caller().AddAsync(pod, _cluster.Cluster.Conf())).Address(IpFamily.IPv4);
        await using (await RunningStream.OpenAsync(_here.Place, pod.Namespace, address, 7003))
        {
            Assert.That(await TrackedAsync(address), Is.Not.Empty);
            (await _cluster.Cluster.Caller().DelAsync(pod, _cluster.Cluster.Conf())).OrThrow();
        }

        Assert.That(await Wait.ForAsync(async () => await TrackedAsync(address) is "", Settling), Is.True, await TrackedAsync(address));
    }

    [TestCaseSource(nameof(Families))]
    public void A_pod_cannot_send_from_an_address_that_is_not_its_own(IpFamily family)
    {
        Probe From(IpAddress source) => new(_here.Place, _there.Place, new Packet(source, _there.Address(family), Udp, 20_000 + Random.Shared.Next(10_000), 9));

        Assert.That(_cluster.Prober.Arrives(From(_here.Address(family))), Is.True);
        Assert.That(_cluster.Prober.Arrives(From(_neighbour.Address(family))), Is.False, "a neighbour's");
        Assert.That(_cluster.Prober.Arrives(From(_cluster.HostActor(0).Address(family))), Is.False, "its host's");
        Assert.That(_cluster.Prober.Arrives(From(_cluster.Outside.Address(family))), Is.False, "somebody's outside");
    }

    [TestCaseSource(nameof(Families))]
    public async Task What_leaves_the_cluster_from_a_natOutgoing_pool_carries_the_hosts_address_and_nothing_else_does(IpFamily family)
    {
        var pool = family == IpFamily.IPv4 ? Pool("pool4", "10.65.0.0/16", 26) : Pool("pool6", "fd80:65::/64", 122);
        await _cluster.CommitAsync(Put(pool with { Spec = pool.Spec with { NatOutgoing = true } }));
        var outside = await Reachability.SourceSeenAsync(_here.Place, _cluster.Outside.Place, _cluster.Outside.Address(family));
        var pod = await Reachability.SourceSeenAsync(_here.Place, _there.Place, _there.Address(family));
        await _cluster.CommitAsync(Put(pool));

        Assert.That(outside, Is.EqualTo(_cluster.HostActor(0).Address(family)));
        Assert.That(pod, Is.EqualTo(_here.Address(family)));
        await _cluster.ForgetConnectionsAsync();
        Assert.That(
            await Reachability.SourceSeenAsync(_here.Place, _cluster.Outside.Place, _cluster.Outside.Address(family)),
            Is.EqualTo(_here.Address(family)),
            "without natOutgoing");
    }

    [Test]
    public async Task A_pod_interface_that_no_endpoint_describes_is_closed()
    {
        var host = _cluster.Hosts[0];
        await using var stranger = await NetworkNamespace.CreateAsync("stranger");
        await host.Namespace.IpAsync($"link add name califfffffffff0 type veth peer name eth0 netns {stranger.Name}");
        await host.Namespace.IpAsync("link set califfffffffff0 up");
        await host.Namespace.IpAsync("addr add 10.65.200.1/24 dev califfffffffff0");
        await stranger.IpAsync("addr add 10.65.200.2/24 dev eth0");
        await stranger.IpAsync("link set eth0 up");
        await stranger.IpAsync("route add default via 10.65.200.1");
        var (own, pod) = (IpAddress.Parse("10.65.200.2"), _neighbour.Address4);
        try
        {
            var fromHost = new Probe(host.Namespace, stranger, new Packet(IpAddress.Parse("10.65.200.1"), own, Udp, 20_000, 9));
            Assert.That(await Wait.ForAsync(() => _cluster.Prober.Arrives(fromHost), Settling), Is.True, "the host reaches it: nothing but rules is in the way");
            Assert.That(_cluster.Prober.Arrives(new Probe(stranger, _neighbour.Place, new Packet(own, pod, Udp, 20_000, 9))), Is.False, "from it");
            Assert.That(_cluster.Prober.Arrives(new Probe(_here.Place, stranger, new Packet(_here.Address4, own, Udp, 20_000, 9))), Is.False, "to it");
        }
        finally
        {
            _cluster.Prober.Close(stranger);
            await host.Namespace.IpAsync("link delete califfffffffff0");
        }
    }

    private async Task<string> TrackedAsync(IpAddress address)
    {
        var list = (await _cluster.Hosts[0].Namespace.RunAsync("conntrack", "-L")).Stdout;
        return string.Join('\n', list.Split('\n').Where(line => line.Contains($"={address} ", StringComparison.Ordinal)));
    }

    private static Resource<IpPoolSpec> Pool(string name, string cidr, int blockSize) => new()
    {
        Kind = ResourceKind.IpPool.Kind,
        Metadata = new ObjectMeta { Name = name },
        Spec = new IpPoolSpec { Cidr = cidr, BlockSize = blockSize, IpipMode = "Never", VxlanMode = "Never", NodeSelector = "all()" },
    };
}
