using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.System.Cluster;

/// <summary>Our manifests in the cluster: <c>kubectl apply</c> and <c>kubectl delete</c> of one file, and nothing else.</summary>
internal sealed class Installation(TestCluster cluster)
{
    private static readonly TimeSpan ToBeReady = TimeSpan.FromMinutes(4);

    /// <summary>The agents' pods have a minute for what they clean up, and the kubelets take them down after that.</summary>
    private static readonly TimeSpan ToBeGone = TimeSpan.FromMinutes(3);

    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _gaps = [];
    private DateTimeOffset? _deletedAt;

    /// <summary>From <c>apply</c> to the last node Ready and the last pod of ours Ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Containers that had to be started again before all was Ready, with the cause.</summary>
    public IReadOnlyList<string> RestartsOnTheWay { get; private set; } = [];

    /// <summary>When the file was being deleted or was not applied as a whole, when its pods may outlive their rights by a moment, and what tests add.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Gaps => _gaps;

    /// <summary>A time in which what is refused tells nothing about the rights.</summary>
    public void AddGap(DateTimeOffset from, DateTimeOffset to) => _gaps.Add((from, to));

    /// <summary>Each node as it was before the first <c>apply</c>, by name. Empty for a cluster that somebody else owns.</summary>
    public IReadOnlyDictionary<string, NodeState> Before { get; private set; } = new Dictionary<string, NodeState>();

    public async Task ApplyAsync()
    {
        Before = await NodeState.OfAllAsync(cluster);
        var clock = global::System.Diagnostics.Stopwatch.StartNew();
        await cluster.Kubectl.RunAsync("apply", ClusterSource.ManifestOption, ClusterSource.Manifest);
        await UntilReadyAsync();
        TimeToReady = clock.Elapsed;
        if (_deletedAt is { } deletedAt)
        {
            _gaps.Add((deletedAt, DateTimeOffset.UtcNow));
            _deletedAt = null;
        }

        RestartsOnTheWay = await RestartsAsync();
    }

    /// <summary>
    /// Returns when the last pod of ours has ended on its node: kubectl waits for what the file names, which are the sets that pods belong to, and not for the pods.
    /// </summary>
    public async Task DeleteAsync()
    {
        _deletedAt = DateTimeOffset.UtcNow;
        await cluster.Kubectl.RunAsync(TimeSpan.FromMinutes(5), "delete", "--wait", "--ignore-not-found", ClusterSource.ManifestOption, ClusterSource.Manifest);
        IReadOnlyList<string> left = [];
        await Wait.UntilAsync(async () => (left = await LeftAsync()).Count == 0, ToBeGone, () => $"our pods to end after kubectl delete; left: {string.Join(", ", left)}");
    }

    /// <summary>All nodes Ready, all pods of kube-system Ready.</summary>
    public Task UntilReadyAsync() => Wait.UntilAsync(
        async () => (await UnreadyAsync()).Count == 0, ToBeReady, () => $"the nodes and pods to be Ready; not: {string.Join(", ", UnreadyAsync().Result)}");

    /// <summary>What is not Ready, by name and reason.</summary>
    public async Task<IReadOnlyList<string>> UnreadyAsync()
    {
        await Task.Delay(500);
        var nodes = from node in await cluster.Kubectl.ListAsync("nodes")
                    where Condition(node, "Ready") != "True"
                    select $"node {(string)node["metadata"]!["name"]!}";
        var pods = from pod in await cluster.Kubectl.ListAsync("pods", "kube-system")
                   where (string?)pod["status"]!["phase"] != "Succeeded" && Condition(pod, "Ready") != "True"
                   select $"pod {(string)pod["metadata"]!["name"]!} ({(string?)pod["status"]!["phase"]})";
        return [.. nodes, .. pods];
    }

    // Pods as the API has them, and what containerd has of them on the nodes: sandboxes outlive the object by a moment.
    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        await Task.Delay(500);
        var left = (await cluster.Kubectl.ListAsync("pods", "kube-system", "app.kubernetes.io/part-of=calico")).Select(pod => $"pod {(string)pod["metadata"]!["name"]!}").ToList();
        foreach (var node in cluster.Rig is null ? [] : cluster.Nodes)
        {
            var containers = await cluster.Rig!.ExecAsync(
                node, "ctr", "--namespace", "k8s.io", "containers", "list", "--quiet", "labels.\"io.kubernetes.pod.namespace\"==kube-system,labels.\"io.kubernetes.pod.name\"~=\"^calico-\"");
            left.AddRange(containers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => $"container {id} on {node}"));
        }

        return left;
    }

    private async Task<IReadOnlyList<string>> RestartsAsync() =>
        [.. from pod in await cluster.Kubectl.ListAsync("pods", "kube-system")
            from container in pod["status"]!["containerStatuses"]?.AsArray() ?? []
            where (int)container!["restartCount"]! > 0
            select $"{(string)pod["metadata"]!["name"]!}/{(string)container["name"]!}: {container["restartCount"]} restarts, {container["lastState"]!.ToJsonString()}"];

    private static string? Condition(JsonObject thing, string type) =>
        (string?)thing["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => (string?)condition!["type"] == type)?["status"];
}
