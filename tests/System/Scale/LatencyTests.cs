using System.Text.Json.Nodes;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Scale;

/// <summary>How long a user waits: from a change at the API server to its effect on packets. The bounds are far above what a quiet machine shows.</summary>
internal sealed class LatencyTests
{
    private const int Changes = 200;

    private TestNamespace _ns = null!;

    [OneTimeSetUp]
    public async Task Create() => _ns = await TestNamespace.CreateAsync("latency");

    [OneTimeTearDown]
    public async Task Remove() => await _ns.DisposeAsync();

    [Test]
    public async Task A_policy_is_enforced_soon_after_it_is_created_and_lifted_soon_after_it_is_deleted()
    {
        var cluster = ClusterSetUp.Cluster;
        var pods = await _ns.RunAsync(PodSpecs.Server("server", cluster.Nodes[0]).As("server"), PodSpecs.Client("client", cluster.Nodes[^1]));
        await using var shell = PodShell.Open(_ns, "client");
        var at = RunningPod.At(pods[0].Addresses[0], PodSpecs.Port);
        await shell.UntilOpenAsync(at);
        var policies = $"/apis/networking.k8s.io/v1/namespaces/{_ns.Name}/networkpolicies";
        var (closed, opened) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var change = 0; change < Changes; change++)
        {
            var closing = shell.UntilClosedAsync(at);
            var start = TimeProvider.System.GetUtcNow();
            await cluster.Api.CreateAsync(policies, DenyAll($"deny-{change}"));
            closed.Add(await closing - start);

            var opening = shell.UntilOpenAsync(at);
            start = TimeProvider.System.GetUtcNow();
            await cluster.Api.DeleteAsync($"{policies}/deny-{change}");
            opened.Add(await opening - start);
        }

        var (enforced, lifted) = (new Samples(closed), new Samples(opened));
        TestContext.Out.WriteLine($"NetworkPolicy created to enforced: {enforced}");
        TestContext.Out.WriteLine($"NetworkPolicy deleted to lifted:   {lifted}");
        Assert.Multiple(() =>
        {
            Assert.That(enforced.P99, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(lifted.P99, Is.LessThan(TimeSpan.FromSeconds(2)));
        });
    }

    [Test]
    public async Task A_pod_is_reached_from_another_node_as_soon_as_its_address_is_known()
    {
        var cluster = ClusterSetUp.Cluster;
        await _ns.RunAsync(PodSpecs.Client("asker", cluster.Nodes[^1]));
        await using var shell = PodShell.Open(_ns, "asker");
        await shell.UntilOpenAsync("127.0.0.1:1");
        await _ns.ApplyAsync(PodSpecs.Crowd("wave", 20, cluster.Nodes[0]));
        var (seen, known) = (new HashSet<string>(), new List<Task<TimeSpan>>());
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        await foreach (var (_, pod) in cluster.Api.WatchAsync($"/api/v1/namespaces/{_ns.Name}/pods", enough.Token))
        {
            if (AddressInWave(pod) is { } address && seen.Add((string)pod["metadata"]!["uid"]!))
            {
                known.Add(ReachedAsync(shell, address, (string)pod["metadata"]!["name"]!));
            }

            if (known.Count == Changes)
            {
                break;
            }
        }

        var reached = new Samples(await Task.WhenAll(known));
        TestContext.Out.WriteLine($"Pod's address in its status to reached from another node: {reached}");
        Assert.That(reached.P99, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    // A pod that was reached makes room for its successor: twenty at a time roll over the node until enough were seen.
    private async Task<TimeSpan> ReachedAsync(PodShell shell, string address, string pod)
    {
        var start = TimeProvider.System.GetUtcNow();
        var reached = await shell.UntilOpenAsync(RunningPod.At(address, PodSpecs.Port));
        await ClusterSetUp.Cluster.Api.DeleteAsync($"/api/v1/namespaces/{_ns.Name}/pods/{pod}");
        return reached - start;
    }

    private static string? AddressInWave(JsonObject pod) =>
        (string?)pod["metadata"]!["labels"]?["app"] == "wave" && pod["metadata"]!["deletionTimestamp"] is null ? (string?)pod["status"]?["podIP"] : null;

    private static JsonObject DenyAll(string name) => new()
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "NetworkPolicy",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "server" } },
            ["policyTypes"] = new JsonArray("Ingress"),
        },
    };
}
