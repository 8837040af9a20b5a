using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Faults;

/// <summary>Calls that cannot succeed end with one error object of the right code, and leave nothing.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable]
internal sealed class RefusalTests(bool throughAgent)
{
    private Cluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await Cluster.StartAsync(1);

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TearDown]
    public async Task NothingIsLeft() => Assert.That(await _cluster.LeftoversAsync(), Is.Empty);

    [Test]
    public async Task A_full_pool_is_named_and_has_room_again_after_a_del()
    {
        await Seed.PoolAsync(_cluster.Etcd, "tiny", Cidr.Parse("10.99.0.0/30"), 30);
        var conf = Conf().WithIpam(("assign_ipv6", "false"), ("ipv4_pools", new JsonArray("tiny")));
        var pods = await _cluster.PodsAsync(5);
        foreach (var pod in pods.Take(4))
        {
            (await _cluster.Caller().AddAsync(pod, conf)).OrThrow();
        }

        var refused = await _cluster.Caller().AddAsync(pods[4], conf);
        Assert.That(refused.ErrorCode, Is.EqualTo(11), refused.ToString());
        Assert.That(refused.ErrorMessage, Does.Contain("tiny"));
        (await _cluster.Caller().DelAsync(pods[0], conf)).OrThrow();
        (await _cluster.Caller().AddAsync(pods[4], conf)).OrThrow();
        foreach (var pod in pods)
        {
            (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
        }
    }

    [Test]
    public async Task A_disabled_pool_gives_nothing_new_and_keeps_what_it_gave()
    {
        await Seed.PoolAsync(_cluster.Etcd, "old", Cidr.Parse("10.98.0.0/24"), 26);
        var conf = Conf().WithIpam(("assign_ipv6", "false"), ("ipv4_pools", new JsonArray("old")));
        var pods = await _cluster.PodsAsync(2);
        var kept = await _cluster.Caller().AddAsync(pods[0], conf);
        await Seed.PoolAsync(_cluster.Etcd, "old", Cidr.Parse("10.98.0.0/24"), 26, disabled: true);

        var refused = await _cluster.Caller().AddAsync(pods[1], conf);
        Assert.That(refused.Succeeded, Is.False);
        Assert.That(refused.ErrorMessage, Does.Contain("old").And.Contain("disabled"));
        Assert.That((await _cluster.Caller().StatusAsync(conf)).ErrorCode, Is.EqualTo(50));
        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, kept.Addresses[0]), Is.True);
        (await _cluster.Caller().DelAsync(pods[0], conf)).OrThrow();
    }

    [Test]
    public async Task A_pool_that_does_not_exist_is_named()
    {
        var refused = await _cluster.Caller().AddAsync(await _cluster.PodAsync(), Conf().WithIpam(("ipv4_pools", new JsonArray("nowhere"))));
        Assert.That(refused.ErrorCode, Is.GreaterThan(0));
        Assert.That(refused.ErrorMessage, Does.Contain("nowhere"));
    }

    [Test]
    public async Task A_cluster_that_is_not_ready_adds_nothing()
    {
        const string Key = "/calico/resources/v3/projectcalico.org/clusterinformations/default";
        var before = (await _cluster.Etcd.ReadAsync(Key))[Key].Text;
        await Seed.ClusterInformationAsync(_cluster.Etcd, ready: false);
        try
        {
            Assert.That((await _cluster.Caller().AddAsync(await _cluster.PodAsync(), Conf())).ErrorCode, Is.EqualTo(11));
            Assert.That((await _cluster.Caller().StatusAsync(Conf())).ErrorCode, Is.EqualTo(50));
        }
        finally
        {
            await _cluster.Etcd.PutAsync(Key, before);
        }
    }

    [TestCase("{", 6)]
    [TestCase("", 6)]
    [TestCase("[]", 6)]
    [TestCase("""{"cniVersion":"1.1.0","type":"calico","name":"n","mtu":"many"}""", 6)]
    [TestCase("""{"cniVersion":"1.1.0","type":"calico"}""", 7)]
    public async Task A_bad_conf_is_refused_with_its_code(string conf, int code)
    {
        var outcome = await _cluster.Caller().CallRawAsync("ADD", await _cluster.PodAsync(), "calico", conf);
        Assert.That(outcome.ErrorCode, Is.EqualTo(code), outcome.ToString());
        Assert.That(outcome.ErrorMessage, Is.Not.Empty);
    }

    [Test]
    public async Task A_namespace_that_is_gone_leaves_no_address()
    {
        var pod = await _cluster.PodAsync();
        await pod.DisposeAsync();
        var refused = await _cluster.Caller().AddAsync(pod, Conf());

        Assert.That(refused.ErrorCode, Is.GreaterThan(0), refused.ToString());
        Assert.That(refused.ErrorMessage, Does.Contain(pod.Namespace.Name));
    }

    [Test]
    public async Task A_stale_device_of_the_same_name_gives_way()
    {
        var pod = await _cluster.PodAsync();
        await _cluster.Hosts[0].Namespace.IpAsync($"link add name cali{pod.ContainerId[..11]} type veth peer name stale0");
        var added = await _cluster.Caller().AddAsync(pod, Conf());

        Assert.That(await Reachability.PingAsync(_cluster.Hosts[0].Namespace, added.Address(IpFamily.IPv4)), Is.True);
        Assert.That(await _cluster.Hosts[0].Kernel.LinkAsync("stale0"), Is.Null);
        (await _cluster.Caller().DelAsync(pod, Conf())).OrThrow();
    }

    [Test]
    public async Task An_interface_that_the_pod_has_already_is_refused_and_kept()
    {
        var pod = await _cluster.PodAsync();
        await pod.Namespace.IpAsync("link add name eth0 type veth peer name other0");
        var refused = await _cluster.Caller().AddAsync(pod, Conf());

        Assert.That(refused.ErrorCode, Is.GreaterThan(0), refused.ToString());
        Assert.That(await pod.Namespace.Kernel.LinkAsync("eth0"), Is.Not.Null);
    }

    private JsonObject Conf() => throughAgent ? _cluster.Conf() : _cluster.Conf().WithoutAgent();
}
