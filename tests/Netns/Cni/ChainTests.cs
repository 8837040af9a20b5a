using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Cni;

/// <summary>calico beside Debian's containernetworking-plugins: in front of others in a conflist, and with another's IPAM.</summary>
internal sealed class ChainTests
{
    private Cluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await Cluster.StartAsync(1);
        await Seed.AllowAllAsync(_cluster.Etcd);
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TestCase("0.4.0")]
    [TestCase("1.0.0")]
    public async Task Portmap_and_bandwidth_follow_calico(string version)
    {
        var pod = await _cluster.PodAsync();
        var portmap = new JsonObject { ["type"] = "portmap", ["snat"] = true, ["capabilities"] = new JsonObject { ["portMappings"] = true } };
        var bandwidth = new JsonObject { ["type"] = "bandwidth", ["capabilities"] = new JsonObject { ["bandwidth"] = true } };
        var chain = new CniChain(_cluster.Caller(), "k8s-pod-network", version, _cluster.Conf(version: version).WithIpam(("assign_ipv6", "false")), portmap, bandwidth)
        {
            RuntimeConfig = new JsonObject
            {
                ["portMappings"] = new JsonArray(new JsonObject { ["hostPort"] = 18080, ["containerPort"] = 8080, ["protocol"] = "tcp" }),
                ["bandwidth"] = new JsonObject { ["ingressRate"] = 8_000_000, ["ingressBurst"] = 8_000_000 },
            },
        };

        var result = await chain.AddAsync(pod);
        // The CHECK of Debian's portmap (1.1.1) fails on every port mapping, behind its own ptp as well.
        await chain.CheckAsync(pod, "portmap");

        var address = InterfaceAddress.Parse((string)result["ips"]![0]!["address"]!).Address;
        Assert.That(
            await Reachability.SourceSeenThroughAsync(_cluster.Fabric.Namespace, _cluster.Hosts[0].Address4.Address, 18080, pod.Namespace, address, 8080),
            Is.Not.Null, "the host's port leads to the pod");
        Assert.That(
            (await _cluster.Hosts[0].Namespace.RunAsync("tc", "qdisc", "show", "dev", $"cali{pod.ContainerId[..11]}")).Stdout, Does.Contain("tbf"));

        await chain.DelAsync(pod);
        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Another_ipam_plugin_is_executed()
    {
        var host = _cluster.Hosts[0];
        var pod = await _cluster.PodAsync();
        var conf = _cluster.Conf(version: "1.0.0").With(("ipam", new JsonObject
        {
            ["type"] = "host-local",
            ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = "10.44.0.0/24" })),
            ["dataDir"] = Path.Combine(host.RunDirectory, "host-local"),
        }));
        var added = await _cluster.Caller().AddAsync(pod, conf);

        Assert.That(Cidr.Parse("10.44.0.0/24").Contains(added.Addresses.Single()), Is.True);
        Assert.That((string?)added.Result["ips"]![0]!["address"], Does.EndWith("/32"), "a pod's address stands alone whatever its IPAM");
        Assert.That(await Reachability.PingAsync(host.Namespace, added.Addresses.Single()), Is.True);
        (await _cluster.Caller().CheckAsync(pod, conf.With(("prevResult", added.Result.DeepClone())))).OrThrow();

        (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
        Assert.That(Directory.GetFiles(Path.Combine(host.RunDirectory, "host-local", "k8s-pod-network"), "10.*"), Is.Empty, "host-local released it");
        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Another_main_plugin_uses_calico_ipam()
    {
        var pod = await _cluster.PodAsync();
        var conf = _cluster.Conf(version: "1.0.0").With(("type", "bridge"), ("bridge", "foreign0")).WithIpam(("assign_ipv6", "false"));
        var added = await _cluster.Caller().AddAsync(pod, conf);

        Assert.That(await pod.Namespace.Kernel.AddressesAsync("eth0"), Has.Some.Matches<InterfaceAddress>(address => address.Address == added.Addresses[0]));
        Assert.That((await _cluster.Etcd.ReadAsync("/calico/ipam/v2/handle/")).Keys, Is.EqualTo((string[])[$"/calico/ipam/v2/handle/k8s-pod-network.{pod.ContainerId}"]));

        (await _cluster.Caller().DelAsync(pod, conf)).OrThrow();
        await _cluster.Hosts[0].Namespace.IpAsync("link del foreign0");
        Assert.That(await _cluster.LeftoversAsync(), Is.Empty);
    }
}
