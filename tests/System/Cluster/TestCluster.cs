using System.Text.Json.Nodes;

namespace Calico.Tests.System.Cluster;

/// <summary>The cluster under test, and the ways to it. <see cref="Rig"/> is null for a cluster that somebody else owns.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private TestCluster(string kubeconfig, OwnRig? rig)
    {
        Rig = rig;
        Kubectl = new Kubectl(kubeconfig);
        Installation = new Installation(this);
    }

    public OwnRig? Rig { get; }

    public Kubectl Kubectl { get; }

    public Installation Installation { get; }

    public KubernetesApi Api { get; private set; } = null!;

    /// <summary>The names of the nodes that take pods, in order.</summary>
    public IReadOnlyList<string> Nodes { get; private set; } = [];

    public static async Task<TestCluster> StartAsync()
    {
        var rig = ClusterSource.Binaries is null ? null : await OwnRig.UpAsync();
        var cluster = new TestCluster(rig is null ? ClusterSource.Kubeconfig! : OwnRig.Kubeconfig, rig);
        try
        {
            cluster.Api = await KubernetesApi.OpenAsync(cluster.Kubectl);
            cluster.Nodes = [.. (await cluster.Kubectl.ListAsync("nodes")).Where(TakesPods).Select(node => (string)node["metadata"]!["name"]!).Order()];
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rig, for a test that needs to break what only its owner may break.</summary>
    public OwnRig RequireRig()
    {
        if (Rig is null)
        {
            Assert.Ignore("needs a cluster of its own (KUBE_BIN)");
        }

        return Rig!;
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (Rig is not null)
        {
            await Rig.DownAsync();
        }
    }

    private static bool TakesPods(JsonObject node) =>
        node["spec"]!["taints"]?.AsArray().Any(taint =>
            (string?)taint!["effect"] is "NoSchedule" or "NoExecute" && (string?)taint["key"] != "node.kubernetes.io/not-ready") != true;
}
