using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Faults;

/// <summary>A node loses its power: every process, namespace, route, rule and /run is gone, the disk is not.</summary>
internal sealed class RebootTests
{
    [Test]
    public async Task A_node_that_was_reset_heals_by_itself()
    {
        var cluster = ClusterSetUp.Cluster;
        var rig = cluster.RequireRig();
        await using var ns = await TestNamespace.CreateAsync("reboot");
        var (lost, stays) = (cluster.Nodes[^1], cluster.Nodes[0]);
        var before = await ns.RunAsync(PodSpecs.Server("lost", lost), PodSpecs.Server("stays", stays));

        var clock = global::System.Diagnostics.Stopwatch.StartNew();
        await rig.RebootAsync(lost);
        var booted = clock.Elapsed;
        await cluster.Installation.UntilReadyAsync();
        // Until the kubelet has looked, the API still has it Ready and with the address it had.
        await Wait.UntilAsync(async () => (await ns.ReadAsync())["lost"].Restarts > 0, TimeSpan.FromMinutes(2), () => "the lost pod to be started again");
        var after = await ns.ReadyAsync("lost", "stays");
        await new Prober(ns, "stays").UntilAnsweredAsync(RunningPod.At(after[0].Addresses[0], PodSpecs.Port), TimeSpan.FromSeconds(60));
        await new Prober(ns, "lost").UntilAnsweredAsync(RunningPod.At(after[1].Addresses[0], PodSpecs.Port), TimeSpan.FromSeconds(60));

        TestContext.Out.WriteLine($"{lost} was gone for {booted.TotalSeconds:F1} s; everything worked {(clock.Elapsed - booted).TotalSeconds:F1} s after it was back");
        Assert.That(after[1].Addresses, Is.EqualTo(before[1].Addresses), "the pod on the other node kept its address");
    }
}
