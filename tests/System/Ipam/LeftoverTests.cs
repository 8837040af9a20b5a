using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Ipam;

/// <summary>What nobody released: a node that Kubernetes no longer knows, an address whose pod is not there.</summary>
internal sealed class LeftoverTests
{
    private static readonly TimeSpan ToBeSeen = TimeSpan.FromMinutes(3);

    [Test]
    public async Task The_record_of_a_node_that_left_the_cluster_goes()
    {
        const string Key = "/calico/resources/v3/projectcalico.org/nodes/ghost";
        await StoreOfCluster.PutAsync(Key, """
            {"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"ghost","uid":"5d4dd2b6-6f3f-4b0b-9c3f-3f1f6f0a0001"},
             "spec":{"orchRefs":[{"nodeName":"ghost","orchestrator":"k8s"}]}}
            """);
        await Wait.UntilAsync(async () => await StoreOfCluster.GetAsync(Key) is null, ToBeSeen, () => $"{Key} to go");
    }

    [Test]
    public async Task An_address_whose_pod_is_not_there_is_taken_back_and_told()
    {
        var rig = ClusterSetUp.Cluster.RequireRig();
        var node = ClusterSetUp.Cluster.Nodes[0];
        await GraceAsync("LEAK_GRACE_PERIOD=10s");
        try
        {
            var address = await AssignAsync(rig, node);
            Assert.That(await HasAsync(address), Is.True, "the address is held");
            await Wait.UntilAsync(async () => !await HasAsync(address), ToBeSeen, () => $"{address} to be taken back");
            await Wait.UntilAsync(
                async () => (await ClusterSetUp.Cluster.Kubectl.RunAsync("get", "events", "--all-namespaces")).Contains("LeakedAddressesReclaimed", StringComparison.Ordinal), ToBeSeen, () => "the Event");
        }
        finally
        {
            await GraceAsync("LEAK_GRACE_PERIOD-");
        }

        Assert.That(await StoreOfCluster.ProblemsAsync(), Is.Empty);
    }

    // As a runtime does it that is killed afterwards. The conf says nothing of the API, else the pod would be asked for and refused.
    private static async Task<string> AssignAsync(OwnRig rig, string node)
    {
        var conf = await RuntimeCall.ConfAsync(rig, node);
        conf.Remove("kubernetes");
        var result = await RuntimeCall.AddAsync(rig, node, "calico-ipam", conf, "default", "leaked");
        return result["ips"] is { } addresses ? ((string)addresses[0]!["address"]!).Split('/')[0] : throw new InvalidOperationException(result.ToJsonString());
    }

    private static async Task<bool> HasAsync(string address) =>
        (await StoreOfCluster.ReadAsync()).Endpoints.SelectMany(endpoint => endpoint.Addresses).Any(held => held.ToString() == address);

    private static async Task GraceAsync(string setting)
    {
        var kubectl = ClusterSetUp.Cluster.Kubectl;
        await kubectl.RunAsync("set", "env", "--namespace", "kube-system", "deployment/calico-kube-controllers", setting);
        await kubectl.RunAsync("rollout", "status", "--namespace", "kube-system", "deployment/calico-kube-controllers", "--timeout=100s");
    }
}
