using System.Text.Json.Nodes;

namespace Calico.Tests.System.Install;

/// <summary>What <c>kubectl apply -f manifests/calico.yaml</c> alone brings about on nodes without a network.</summary>
internal sealed class InstallTests
{
    [Test]
    public void Every_node_becomes_Ready_and_every_pod_of_ours_runs()
    {
        var cluster = ClusterSetUp.Cluster;
        TestContext.Out.WriteLine($"{cluster.Nodes.Count} nodes Ready {cluster.Installation.TimeToReady.TotalSeconds:F1} s after apply");
        Assert.That(cluster.Nodes, Is.Not.Empty);
    }

    [Test]
    public void Every_container_of_ours_came_up_in_its_first_run() => Assert.That(
        ClusterSetUp.Cluster.Installation.RestartsOnTheWay, Is.Empty, "what starts in the wrong order crashes until the order is right");

    [Test]
    public async Task A_second_apply_changes_nothing()
    {
        var cluster = ClusterSetUp.Cluster;
        var before = await GenerationsAsync();
        await cluster.Kubectl.RunAsync("apply", Cluster.ClusterSource.ManifestOption, Cluster.ClusterSource.Manifest);
        await cluster.Installation.UntilReadyAsync();
        Assert.That(await GenerationsAsync(), Is.EqualTo(before));
    }

    private static async Task<IReadOnlyList<string>> GenerationsAsync()
    {
        var sets = await ClusterSetUp.Cluster.Kubectl.ListAsync("daemonsets,deployments", "kube-system");
        return [.. sets.Select(Describe)];
    }

    private static string Describe(JsonObject thing) => $"{(string)thing["kind"]!} {(string)thing["metadata"]!["name"]!} {thing["metadata"]!["generation"]}";
}
