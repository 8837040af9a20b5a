using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Rig;

/// <summary>The fixtures themselves, shown with plugins that are not ours.</summary>
internal sealed class FabricTests
{
    [TestCase(FabricShape.Flat, 64)]
    [TestCase(FabricShape.Routed, 63)]
    public async Task Hosts_reach_each_other_and_the_datastore(FabricShape shape, int ttl)
    {
        await using var fabric = await Fabric.CreateAsync(2, shape);
        await using var etcd = await EtcdServer.StartAsync(fabric);
        var (one, two) = (fabric.Hosts[0], fabric.Hosts[1]);

        Assert.That(await Reachability.ReplyTtlAsync(one.Namespace, two.Address4.Address), Is.EqualTo(ttl));
        Assert.That(await Reachability.ReplyTtlAsync(one.Namespace, two.Address6.Address), Is.EqualTo(ttl));
        Assert.That(
            await Reachability.SourceSeenAsync(one.Namespace, fabric.Namespace, Fabric.ServiceAddress), Is.EqualTo(one.Address4.Address));
        await etcd.PutAsync("/calico/x", "1");
        Assert.That((await etcd.ReadAsync())["/calico/x"].Text, Is.EqualTo("1"));
    }

    [Test]
    public async Task Etcd_keeps_its_data_over_a_kill_and_speaks_tls()
    {
        await using var etcd = await EtcdServer.StartOnLoopbackAsync(tls: true);
        await etcd.PutAsync("/calico/x", "1");
        await etcd.KillAsync();
        await etcd.StartAsync();

        Assert.That((await etcd.ReadAsync())["/calico/x"].Text, Is.EqualTo("1"));
    }

    [Test]
    public async Task The_caller_runs_the_reference_plugins_in_a_chain()
    {
        await using var fabric = await Fabric.CreateAsync(1);
        var host = fabric.Hosts[0];
        await using var pod = await Pod.CreateAsync(host, "pod");
        var ptp = new JsonObject
        {
            ["type"] = "ptp",
            ["ipam"] = new JsonObject { ["type"] = "host-local", ["subnet"] = "10.9.0.0/24", ["dataDir"] = host.RunDirectory },
        };
        var portmap = new JsonObject { ["type"] = "portmap", ["capabilities"] = new JsonObject { ["portMappings"] = true } };
        var chain = new CniChain(new CniCaller(host) { PluginPath = Binaries.ReferencePlugins }, "net", "1.0.0", ptp, portmap);

        var result = await chain.AddAsync(pod);
        await chain.CheckAsync(pod);
        var address = IpAddress.Parse(((string)result["ips"]![0]!["address"]!).Split('/')[0]);
        Assert.That(await Reachability.PingAsync(host.Namespace, address), Is.True);
        Assert.That(await pod.Namespace.Kernel.AddressesAsync(Pod.Interface), Has.Member(new InterfaceAddress(address, 24)));
        await chain.DelAsync(pod);
        Assert.That(await pod.Namespace.Kernel.LinkAsync(Pod.Interface), Is.Null);
    }
}
