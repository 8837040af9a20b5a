using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Faults;

/// <summary>The agents are away while a pod starts: calico-ipam asks who the pod is and gives it its address by itself.</summary>
internal sealed class AgentAwayTests
{
    private static readonly TimeSpan ToFollow = TimeSpan.FromMinutes(2);

    [Test]
    public async Task A_pod_that_starts_without_an_agent_gets_its_address_and_its_traffic_when_the_agent_is_back()
    {
        var cluster = ClusterSetUp.Cluster;
        await using var ns = await TestNamespace.CreateAsync("alone");
        await ns.RunAsync(PodSpecs.Client("client", cluster.Nodes[^1]));
        await SelectAsync("\"true\"");
        try
        {
            await Wait.UntilAsync(async () => (await cluster.Kubectl.ListAsync("pods", "kube-system", "k8s-app=calico-node")).Count == 0, ToFollow, () => "the agents to go");
            await ns.ApplyAsync(PodSpecs.Server("server", cluster.Nodes[0]));
            await Wait.UntilAsync(async () => (await PodAsync(ns)).Addresses.Count > 0, ToFollow, () => "the pod to have its address without an agent");
        }
        finally
        {
            await SelectAsync("null");
        }

        await cluster.Installation.UntilReadyAsync();
        var server = (await ns.ReadyAsync("server"))[0];
        await new Prober(ns, "client").UntilAnsweredAsync(RunningPod.At(server.Addresses[0], PodSpecs.Port), ToFollow);
    }

    private static Task<string> SelectAsync(string value) => ClusterSetUp.Cluster.Kubectl.RunAsync(
        "patch", "daemonset/calico-node", "--namespace", "kube-system", "--type=merge", "--patch", """{"spec":{"template":{"spec":{"nodeSelector":{"calico-test/outage":""" + value + "}}}}}");

    private static async Task<RunningPod> PodAsync(TestNamespace ns) =>
        RunningPod.Read((await ns.Cluster.Kubectl.ListAsync("pods", ns.Name)).Single(pod => (string)pod["metadata"]!["name"]! == "server"));
}
