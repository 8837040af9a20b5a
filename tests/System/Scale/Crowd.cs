using System.Diagnostics;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Scale;

/// <summary>Many pods at once, and what became of them.</summary>
/// <param name="ToRunning">From creation to the last pod Ready.</param>
/// <param name="FailedSandboxes">What the kubelets said of sandboxes that could not be made.</param>
/// <param name="ToGone">From deletion to the last pod gone.</param>
internal sealed record Crowd(TimeSpan ToRunning, IReadOnlyList<string> FailedSandboxes, IReadOnlyCollection<string> Addresses, TimeSpan ToGone)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    /// <summary>Runs the pods of a Deployment through their whole life.</summary>
    public static async Task<Crowd> RunAsync(int count)
    {
        var kubectl = ClusterSetUp.Cluster.Kubectl;
        await using var ns = await TestNamespace.CreateAsync("crowd");
        var clock = Stopwatch.StartNew();
        await ns.ApplyAsync(PodSpecs.Crowd("crowd", count));
        await kubectl.RunAsync(
            Deadline, "wait", "--namespace", ns.Name, $"--for=jsonpath={{.status.readyReplicas}}={count}", $"--timeout={Deadline.TotalSeconds}s", "deployment/crowd");
        var running = clock.Elapsed;
        var addresses = (await kubectl.ListAsync("pods", ns.Name)).SelectMany(pod => RunningPod.Read(pod).Addresses).ToArray();
        var failed = await FailuresAsync(ns.Name);

        clock.Restart();
        await kubectl.RunAsync("delete", "--namespace", ns.Name, "deployment/crowd", "--wait=false");
        await Wait.UntilAsync(async () => await CountAsync(ns.Name) == 0, Deadline, () => $"the pods of {ns.Name} to go");
        return new Crowd(running, failed, addresses, clock.Elapsed);
    }

    private static async Task<int> CountAsync(string ns)
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (await ClusterSetUp.Cluster.Kubectl.RunAsync("get", "pods", "--namespace", ns, "--output", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    private static async Task<IReadOnlyList<string>> FailuresAsync(string ns) =>
        [.. from item in await ClusterSetUp.Cluster.Kubectl.ListAsync("events", ns)
            where (string?)item["reason"] is "FailedCreatePodSandBox" or "NetworkNotReady"
            select (string)item["message"]!];
}
