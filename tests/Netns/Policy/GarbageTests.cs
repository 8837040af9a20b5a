using System.Text;
using Calico.Model;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>Whatever is written into etcd: it is named, and everything else is enforced.</summary>
[TestFixture("NFT")]
[TestFixture("Legacy")]
internal sealed class GarbageTests(string backend)
{
    private const int TwoMegabytes = 2 << 20;

    [Test]
    public async Task Garbage_is_named_in_the_log_and_the_status_and_stops_nothing()
    {
        // etcd itself refuses more than 1.5 MB, unless it is told not to.
        await using var cluster = await PolicyCluster.StartAsync(await Cluster.StartWithoutAgentsAsync(1, etcdFlags: ["--max-request-bytes", "8388608"]), backend);
        var (here, there) = (await cluster.AddPodAsync("here", "shop"), await cluster.AddPodAsync("there", "shop"));
        await cluster.ConnectAsync();
        var garbage = Garbage();
        await cluster.CommitAsync([Put(Namespace("shop")), .. garbage]);
        await cluster.CommitAsync(Put(GlobalPolicy("good", "projectcalico.org/namespace == 'shop'", ingress: [DenyTcp(7001), Allow])));

        Probe To(int port) => new(here.Place, there.Place, new Packet(here.Address4, there.Address4, 6, 20_000, port));
        Assert.That(cluster.Prober.Arrives(To(7001)), Is.False, "what is good is enforced");
        Assert.That(cluster.Prober.Arrives(To(7002)), Is.True, "and no more");
        var status = (await cluster.Cluster.Agents[0].RunAsync("status")).Stdout;
        var log = string.Join('\n', cluster.Cluster.Agents[0].Log);
        var unnamed = from key in garbage.Select(pair => pair.Key)
                      let name = key[(key.LastIndexOf('/') + 1)..]
                      where !status.Contains(name, StringComparison.Ordinal) || !log.Contains(name, StringComparison.Ordinal)
                      select $"{key}{(status.Contains(name, StringComparison.Ordinal) ? "" : " not in the status")}{(log.Contains(name, StringComparison.Ordinal) ? "" : " not in the log")}";
        Assert.That(unnamed, Is.Empty, status);

        await cluster.CommitAsync([.. garbage.Select(pair => KeyValuePair.Create(pair.Key, (byte[]?)null))]);
        Assert.That((await cluster.Cluster.Agents[0].RunAsync("status")).Stdout, Does.Not.Contain("garbage"), "what is gone is no problem any more");
        Assert.That(cluster.Cluster.Agents[0].IsRunning, Is.True);
    }

    private static List<KeyValuePair<string, byte[]?>> Garbage()
    {
        var wrecked = GlobalPolicy("garbage-selector", "app ==", ingress: [Deny]);
        var huge = GlobalPolicy("garbage-huge", "all()", ingress: [Deny]);
        return
        [
            Raw(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "wreck", "default.garbage-json"), "{\"kind\":"),
            Raw(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "wreck", "default.garbage-array"), "[]"),
            Raw(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "wreck", "default.garbage-empty"), ""),
            Raw(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "wreck", "default.garbage-binary"), "\0\u0001\ufffd"),
            Raw(EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, "default.garbage-null"), "null"),
            Raw(EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, "default.garbage-rules"), """{"kind":"GlobalNetworkPolicy","metadata":{"name":"x"},"spec":{"ingress":"no"}}"""),
            Raw(EtcdKeys.Resource(ResourceKind.Tier, "garbage-tier"), "{{"),
            Raw(EtcdKeys.Resource(ResourceKind.Profile, "garbage-profile"), "no"),
            Raw(EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "garbage-set"), """{"spec":7}"""),
            Raw(EtcdKeys.Resource(ResourceKind.HostEndpoint, "garbage-host"), "<xml/>"),
            Raw(EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, "wreck", "host--1-k8s-garbage--pod-eth0"), "?"),
            Put(wrecked),
            Put(GlobalPolicy("garbage-deep", $"{new string('(', 5000)}all(){new string(')', 5000)}", ingress: [Deny])),
            Put(GlobalPolicy("garbage-long", string.Join(" || ", Enumerable.Range(0, 100_000).Select(i => $"a == '{i}'")) + " ||", ingress: [Deny])),
            Put(GlobalPolicy("garbage-net", "projectcalico.org/namespace == 'wreck'", ingress: [Deny with { Source = new EntityRule { Nets = ["10.0.0.0/33"] } }])),
            Put(huge with { Metadata = huge.Metadata with { Annotations = new() { ["x"] = new string('x', TwoMegabytes) } } }),
        ];
    }

    private static KeyValuePair<string, byte[]?> Raw(string key, string value) => KeyValuePair.Create(key, (byte[]?)Encoding.UTF8.GetBytes(value));
}
