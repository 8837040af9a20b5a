using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;
using Calico.Tests.System.Scale;

namespace Calico.Tests.System.Install;

/// <summary><c>kubectl delete -f</c>, what it leaves, and how another plugin does in our place. Installs ours again at the end.</summary>
internal sealed class UninstallTests
{
    private static readonly TimeSpan SandboxesToEnd = TimeSpan.FromMinutes(3);
    private Crowd _ours = null!;

    [OneTimeSetUp]
    public async Task Delete()
    {
        ClusterSetUp.Cluster.RequireRig();
        _ours = await CrowdTests.OursAsync();
        await Wait.UntilAsync(async () => (await SandboxesAsync()).Count == 0, SandboxesToEnd, () => "the runtime to end the last sandbox of the crowd");
        await ClusterSetUp.Cluster.Installation.DeleteAsync();
    }

    [OneTimeTearDown]
    public async Task InstallAgain()
    {
        if (ClusterSetUp.Cluster.Rig is { } rig)
        {
            await rig.NoCniAsync();
            await ClusterSetUp.Cluster.Installation.ApplyAsync();
        }
    }

    [Test]
    public async Task Deleting_the_manifest_leaves_nothing_behind_on_any_node()
    {
        var cluster = ClusterSetUp.Cluster;
        var left = new List<string>();
        foreach (var (node, before) in cluster.Installation.Before)
        {
            left.AddRange((await NodeState.OfAsync(cluster.Rig!, node)).DifferenceFrom(before).Select(line => $"{node} {line}"));
        }

        // The message of a failed assertion ends after some of them.
        left.ForEach(TestContext.Out.WriteLine);
        Assert.That(left, Is.Empty);
    }

    [Test]
    public async Task Deleting_the_manifest_leaves_no_object_in_the_cluster()
    {
        var kinds = "daemonsets,deployments,jobs,configmaps,secrets,services,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,customresourcedefinitions,leases,poddisruptionbudgets";
        var objects = (await ClusterSetUp.Cluster.Kubectl.RunAsync("get", kinds, "--all-namespaces", "--ignore-not-found", "--output", "name")).Split('\n');
        Assert.That(objects.Where(name => name.Contains("calico", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>The last by name, and so the last to run: it leaves the chains of the stock plugins.</summary>
    [Test]
    public async Task Stock_plugins_start_a_crowd_of_pods_no_faster()
    {
        await ClusterSetUp.Cluster.Rig!.StockCniAsync();
        await ClusterSetUp.Cluster.Kubectl.RunAsync("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=90s");
        var stock = await Crowd.RunAsync(CrowdTests.Size);
        TestContext.Out.WriteLine($"{CrowdTests.Size} pods Ready: ours {_ours.ToRunning.TotalSeconds:F1} s, ptp + host-local {stock.ToRunning.TotalSeconds:F1} s; gone: {_ours.ToGone.TotalSeconds:F1} s, {stock.ToGone.TotalSeconds:F1} s");

        // One run each: a tenth is the spread of such runs on one machine.
        Assert.That(_ours.ToRunning, Is.LessThan(stock.ToRunning * 1.1));
    }

    // A sandbox outlives its pod's object, and the runtime cannot end it any more when the plugins are gone.
    private static async Task<IReadOnlyList<string>> SandboxesAsync()
    {
        await Task.Delay(500);
        var left = new List<string>();
        foreach (var node in ClusterSetUp.Cluster.Rig is null ? [] : ClusterSetUp.Cluster.Nodes)
        {
            var ids = await ClusterSetUp.Cluster.Rig!.ExecAsync(
                node, "ctr", "--namespace", "k8s.io", "containers", "list", "--quiet", "labels.\"io.cri-containerd.kind\"==sandbox,labels.\"io.kubernetes.pod.namespace\"!=kube-system");
            left.AddRange(ids.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return left;
    }
}
