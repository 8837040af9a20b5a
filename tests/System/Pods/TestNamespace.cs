using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Pods;

/// <summary>A namespace of the cluster that lives as long as a test, with its pods.</summary>
internal sealed class TestNamespace : IAsyncDisposable
{
    private static readonly TimeSpan ToRun = TimeSpan.FromMinutes(2);
    private static int _count;

    private TestNamespace(TestCluster cluster, string name)
    {
        Cluster = cluster;
        Name = name;
    }

    public TestCluster Cluster { get; }

    public string Name { get; }

    public static async Task<TestNamespace> CreateAsync(string purpose)
    {
        var cluster = ClusterSetUp.Cluster;
        var name = string.Create(CultureInfo.InvariantCulture, $"calico-test-{purpose}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        await cluster.Kubectl.RunAsync("create", "namespace", name);
        await Wait.UntilAsync(
            async () => (await cluster.Kubectl.ListAsync("serviceaccounts", name)).Count > 0, ToRun, () => $"the default service account of {name}");
        return new TestNamespace(cluster, name);
    }

    /// <summary>Applies objects; each gets this namespace.</summary>
    public async Task ApplyAsync(params IEnumerable<JsonObject> objects)
    {
        var items = new JsonArray();
        foreach (var item in objects)
        {
            item["metadata"]!["namespace"] = Name;
            items.Add(item);
        }

        await Cluster.Kubectl.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items });
    }

    /// <summary>Applies pods and returns them when all are Ready.</summary>
    public async Task<IReadOnlyList<RunningPod>> RunAsync(params JsonObject[] pods)
    {
        await ApplyAsync(pods);
        return await ReadyAsync(pods.Select(pod => (string)pod["metadata"]!["name"]!));
    }

    /// <summary>The named pods, once they are Ready.</summary>
    public async Task<IReadOnlyList<RunningPod>> ReadyAsync(params IEnumerable<string> names)
    {
        string[] wanted = [.. names];
        await Cluster.Kubectl.RunAsync(
            ToRun + TimeSpan.FromSeconds(10),
            ["wait", "--namespace", Name, "--for=condition=Ready", $"--timeout={ToRun.TotalSeconds}s", .. wanted.Select(name => $"pod/{name}")]);
        var all = await ReadAsync();
        return [.. wanted.Select(name => all[name])];
    }

    /// <summary>The pods as they are, by name.</summary>
    public async Task<IReadOnlyDictionary<string, RunningPod>> ReadAsync() =>
        (await Cluster.Kubectl.ListAsync("pods", Name)).Select(RunningPod.Read).ToDictionary(pod => pod.Name);

    public Task<CommandOutcome> ExecAsync(string pod, params string[] command) =>
        Cluster.Kubectl.TryAsync(["exec", "--namespace", Name, pod, "--", .. command]);

    public async ValueTask DisposeAsync() =>
        await Cluster.Kubectl.RunAsync(TimeSpan.FromMinutes(4), "delete", "namespace", Name, "--wait", "--timeout=200s");
}
