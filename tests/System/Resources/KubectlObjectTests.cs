using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Resources;

/// <summary>Calico's own kinds by kubectl on one side, the datastore, which other clients write too, on the other.</summary>
internal sealed class KubectlObjectTests
{
    private const string Sets = "globalnetworksets.projectcalico.org";
    private const string Name = "calico-test-set";
    private const string Key = "/calico/resources/v3/projectcalico.org/globalnetworksets/" + Name;
    private static readonly TimeSpan ToFollow = TimeSpan.FromSeconds(20);

    private static Kubectl Kubectl => ClusterSetUp.Cluster.Kubectl;

    [TearDown]
    public async Task Remove() => await Kubectl.RunAsync("delete", Sets, Name, "--ignore-not-found");

    [Test]
    public async Task An_object_made_and_deleted_with_kubectl_comes_and_goes_in_the_datastore()
    {
        await ApplyAsync("192.0.2.0/24");
        await Wait.UntilAsync(async () => await FieldAsync(".status.live") == "true", ToFollow, () => $"{Name} to be live");
        Assert.That(JsonNode.Parse((await StoreOfCluster.GetAsync(Key))!)!["spec"]!["nets"]!.ToJsonString(), Is.EqualTo("""["192.0.2.0/24"]"""));
        await Kubectl.RunAsync("delete", Sets, Name);
        await Wait.UntilAsync(async () => await StoreOfCluster.GetAsync(Key) is null, ToFollow, () => $"{Key} to go");
    }

    [Test]
    public async Task What_another_client_changes_and_deletes_in_the_datastore_follows_in_kubectl()
    {
        await ApplyAsync("192.0.2.0/24");
        await Wait.UntilAsync(async () => await FieldAsync(".status.live") == "true", ToFollow, () => $"{Name} to be live");
        var stored = (await StoreOfCluster.GetAsync(Key))!;
        await StoreOfCluster.PutAsync(Key, stored.Replace("192.0.2.0/24", "198.51.100.0/24", StringComparison.Ordinal));
        await Wait.UntilAsync(async () => await FieldAsync(".spec.nets[0]") == "198.51.100.0/24", ToFollow, () => "kubectl to show the change");
        await StoreOfCluster.DeleteAsync(Key);
        await Wait.UntilAsync(async () => (await Kubectl.RunAsync("get", Sets, Name, "--ignore-not-found", "--output=name")).Trim().Length == 0, ToFollow, () => "the object to go");
    }

    [Test]
    public async Task An_object_that_cannot_be_live_says_why_in_its_status_and_by_an_Event()
    {
        await Kubectl.ApplyAsync(JsonNode.Parse("""
            {"apiVersion":"projectcalico.org/v3","kind":"GlobalNetworkPolicy","metadata":{"name":"calico-test-refused"},
             "spec":{"tier":"default","selector":"app == ","ingress":[{"action":"Deny"}]}}
            """)!);
        try
        {
            const string Policy = "globalnetworkpolicies.projectcalico.org/calico-test-refused";
            await Wait.UntilAsync(
                async () => (await Kubectl.RunAsync("get", Policy, "--output=jsonpath={.status.live} {.status.message}")).StartsWith("false ", StringComparison.Ordinal), ToFollow, () => "the status");
            await Wait.UntilAsync(
                async () => (await Kubectl.RunAsync("describe", Policy)).Contains("NotLive", StringComparison.Ordinal), ToFollow, () => "the Event that kubectl describe shows");
        }
        finally
        {
            await Kubectl.RunAsync("delete", "globalnetworkpolicies.projectcalico.org", "calico-test-refused");
        }
    }

    private static Task ApplyAsync(string net) => Kubectl.ApplyAsync(JsonNode.Parse(
        $$"""{"apiVersion":"projectcalico.org/v3","kind":"GlobalNetworkSet","metadata":{"name":"{{Name}}"},"spec":{"nets":["{{net}}"]} }""")!);

    private static async Task<string> FieldAsync(string path) => (await Kubectl.RunAsync("get", Sets, Name, $"--output=jsonpath={{{path}}}")).Trim();
}
