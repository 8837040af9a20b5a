using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Resources;

/// <summary>Each kind that manifests/crds defines comes, changes and goes on both sides, from both sides: kubectl and the datastore.</summary>
internal sealed class EveryKindTests
{
    private static readonly TimeSpan ToFollow = TimeSpan.FromSeconds(20);

    // Nothing here concerns a node, a pod or an address of the cluster.
    private static readonly SampleObject[] Samples =
    [
        new("IPPool", "ippools", "calico-test", """{"cidr":"198.18.0.0/24","disabled":true,"nodeSelector":"has(one)"}""", "has(one)", "has(two)"),
        new("IPReservation", "ipreservations", "calico-test", """{"reservedCIDRs":["198.18.0.1"]}""", "198.18.0.1", "198.18.0.2"),
        new("Tier", "tiers", "calico-test", """{"order":1001}""", "1001", "1002"),
        new("NetworkPolicy", "networkpolicies", "default.calico-test", """{"tier":"default","selector":"has(one)","types":["Ingress"]}""", "has(one)", "has(two)", "default"),
        new("GlobalNetworkPolicy", "globalnetworkpolicies", "default.calico-test", """{"tier":"default","selector":"has(one)","types":["Ingress"]}""", "has(one)", "has(two)"),
        new("StagedNetworkPolicy", "stagednetworkpolicies", "default.calico-test", """{"tier":"default","stagedAction":"Set","selector":"has(one)","types":["Ingress"]}""", "has(one)", "has(two)", "default"),
        new("StagedGlobalNetworkPolicy", "stagedglobalnetworkpolicies", "default.calico-test", """{"tier":"default","stagedAction":"Set","selector":"has(one)","types":["Ingress"]}""", "has(one)", "has(two)"),
        new("StagedKubernetesNetworkPolicy", "stagedkubernetesnetworkpolicies", "calico-test", """{"stagedAction":"Set","podSelector":{"matchLabels":{"is":"one"}},"policyTypes":["Ingress"]}""", "one", "two", "default"),
        new("NetworkSet", "networksets", "calico-test", """{"nets":["198.51.100.0/24"]}""", "198.51.100.0/24", "203.0.113.0/24", "default"),
        new("GlobalNetworkSet", "globalnetworksets", "calico-test", """{"nets":["198.51.100.0/24"]}""", "198.51.100.0/24", "203.0.113.0/24"),
        new("HostEndpoint", "hostendpoints", "calico-test", """{"node":"calico-test-none","interfaceName":"one0"}""", "one0", "two0"),
        new("BGPPeer", "bgppeers", "calico-test", """{"node":"calico-test-none","peerIP":"192.0.2.1","asNumber":64601}""", "64601", "64602"),
        new("BGPConfiguration", "bgpconfigurations", "node.calico-test-none", """{"logSeverityScreen":"Info"}""", "Info", "Debug"),
        new("BGPFilter", "bgpfilters", "calico-test", """{"exportV4":[{"action":"Accept","matchOperator":"In","cidr":"198.51.100.0/24"}]}""", "198.51.100.0/24", "203.0.113.0/24"),
        new("FelixConfiguration", "felixconfigurations", "node.calico-test-none", """{"logSeverityScreen":"Info"}""", "Info", "Debug"),
    ];

    private static Kubectl Kubectl => ClusterSetUp.Cluster.Kubectl;

    [Test]
    public void There_is_a_sample_of_each_kind() => Assert.That(
        Samples.Select(sample => sample.Plural + ".yaml"),
        Is.EquivalentTo(Directory.EnumerateFiles(Path.Combine(Repository.Root, "manifests", "crds"), "*.yaml").Select(Path.GetFileName)));

    [TestCaseSource(nameof(Samples))]
    public async Task It_follows_both_ways(SampleObject sample)
    {
        try
        {
            await Kubectl.ApplyAsync(sample.Manifest());
            await Wait.UntilAsync(async () => await FieldAsync(sample, ".status.live") == "true", ToFollow, () => $"{sample} to be live");
            var stored = JsonNode.Parse((await StoreOfCluster.GetAsync(sample.Key))!)!;
            Assert.That(stored["spec"]!.ToJsonString(), Does.Contain(sample.First));

            await StoreOfCluster.PutAsync(sample.Key, stored.ToJsonString().Replace(sample.First, sample.Second, StringComparison.Ordinal));
            await Wait.UntilAsync(async () => (await FieldAsync(sample, ".spec")).Contains(sample.Second, StringComparison.Ordinal), ToFollow, () => $"kubectl to show the change of {sample}");

            await StoreOfCluster.DeleteAsync(sample.Key);
            await Wait.UntilAsync(async () => await IsGoneAsync(sample), ToFollow, () => $"{sample} to go with the datastore's");

            await StoreOfCluster.PutAsync(sample.Key, sample.Manifest().ToJsonString());
            await Wait.UntilAsync(async () => !await IsGoneAsync(sample) && await FieldAsync(sample, ".status.live") == "true", ToFollow, () => $"kubectl to show what another client made of {sample}");

            await Kubectl.RunAsync(["delete", sample.Resource, sample.Name, .. sample.Scope]);
            await Wait.UntilAsync(async () => await StoreOfCluster.GetAsync(sample.Key) is null, ToFollow, () => $"{sample.Key} to go");
        }
        finally
        {
            await StoreOfCluster.DeleteAsync(sample.Key);
            await Kubectl.RunAsync(["delete", sample.Resource, sample.Name, "--ignore-not-found", .. sample.Scope]);
        }
    }

    private static async Task<string> FieldAsync(SampleObject sample, string path) =>
        (await Kubectl.RunAsync(["get", sample.Resource, sample.Name, $"--output=jsonpath={{{path}}}", .. sample.Scope])).Trim();

    private static async Task<bool> IsGoneAsync(SampleObject sample) =>
        (await Kubectl.RunAsync(["get", sample.Resource, sample.Name, "--ignore-not-found", "--output=name", .. sample.Scope])).Trim().Length == 0;
}
