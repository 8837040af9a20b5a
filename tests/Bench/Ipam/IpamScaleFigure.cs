using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Bench.Ipam;

/// <summary>
/// How allocation behaves when many want addresses of the same blocks: through the agent, whose queue makes one transaction of what waits, and by 32
/// processes of <c>calico-ipam</c> beside each other. The same etcd's raw rate, taken between the others, is the yardstick.
/// </summary>
internal static class IpamScaleFigure
{
    private const int Lanes = 32;
    private const int PairsOfLane = 5;
    private const double MostWaste = 0.2;
    private const double LeastOfRaw = 0.5;
    private static readonly int[] Callers = [1, 2, 4, 8, 16, 32, 64];

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int count, Action<string> progress)
    {
        await using var cluster = await Cluster.StartAsync(1);
        var host = cluster.Hosts[0];
        var conf = cluster.Conf().WithIpam(("assign_ipv6", "false")).ToJsonString();
        await LoadAsync(host, conf, "--socket", host.AgentSocket, 8, count);
        var (raw, rates, wasted) = (new List<double>(), new Dictionary<int, double>(), 0.0);
        foreach (var callers in Callers)
        {
            raw.Add(await RawAsync(cluster, callers, count, progress));
            var before = await CommitsAsync(cluster.Etcd);
            var load = await LoadAsync(host, conf, "--socket", host.AgentSocket, callers, count);
            wasted = Math.Max(wasted, before.WasteUntil(await CommitsAsync(cluster.Etcd)));
            rates[callers] = load.PerSecond;
            progress(Text($"agent, {callers,2} callers: {load.PerSecond,7:F0} allocations a second, median {load.MedianMs:F1} ms, p99 {load.P99Ms:F1} ms"));
        }

        await cluster.Agents[0].TerminateAsync();
        var (direct, waste) = await DirectAsync(cluster, progress);
        return (
            [new Series($"calico-ipam, {Lanes} at once, no agent", direct)],
            [
                new Target("agent: 1 caller's rate / 64 callers' rate", rates[1] / rates[64], 1, "x"),
                new Target("agent: 1 caller's rate / the slowest of 2 to 64 callers", rates[1] / rates.Where(r => r.Key > 1).Min(r => r.Value), 1, "x"),
                new Target("best raw rate / agent's with 64 callers", raw.Max() / rates[64], 1 / LeastOfRaw, "x"),
                new Target("agent: share of transactions wasted, worst", wasted, MostWaste, ""),
                new Target($"calico-ipam, {Lanes} at once: share of transactions wasted", waste, MostWaste, ""),
            ]);
    }

    private static async Task<double> RawAsync(Cluster cluster, int callers, int count, Action<string> progress)
    {
        var load = await LoadAsync(cluster.Hosts[0], "", "--etcd", cluster.Etcd.EndpointText, callers, count * 2);
        progress(Text($"etcd,  {callers,2} callers: {load.PerSecond,7:F0} transactions a second, median {load.MedianMs:F1} ms, p99 {load.P99Ms:F1} ms"));
        return load.PerSecond;
    }

    private static async Task<(IReadOnlyList<Samples> Times, double Waste)> DirectAsync(Cluster cluster, Action<string> progress)
    {
        var conf = cluster.Conf().WithIpam(("assign_ipv6", "false")).ToJsonString();
        var pod = await cluster.PodAsync();
        var (add, del) = (new Samples("ADD"), new Samples("DEL"));
        var before = await CommitsAsync(cluster.Etcd);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async _ =>
        {
            var caller = cluster.Caller();
            for (var pair = 0; pair < PairsOfLane; pair++)
            {
                var container = pod.WithNewContainer();
                var added = (await caller.CallRawAsync("ADD", container, "calico-ipam", conf)).OrThrow();
                var deleted = (await caller.CallRawAsync("DEL", container, "calico-ipam", conf)).OrThrow();
                lock (add)
                {
                    add.Add(added.Elapsed, TimeSpan.Zero);
                    del.Add(deleted.Elapsed, TimeSpan.Zero);
                }
            }
        }));
        var after = await CommitsAsync(cluster.Etcd);
        progress(Text($"calico-ipam, {Lanes} at once: {after.Revision - before.Revision} transactions committed, {after.Proposals - before.Proposals} sent"));
        return ([add, del], before.WasteUntil(after));
    }

    private static async Task<LoadResult> LoadAsync(Host host, string stdin, string option, string value, int callers, int count)
    {
        var command = new Command(
            Environment.ProcessPath!, LoadCommand.Name, option, value, "--callers", callers.ToString(CultureInfo.InvariantCulture), "--count", count.ToString(CultureInfo.InvariantCulture))
        {
            Stdin = stdin,
        };
        return LoadResult.Parse(await host.Namespace.Enter(command).OutputAsync());
    }

    /// <summary>etcd's own count: every transaction that could write is an entry of its log, and makes a revision only if its conditions held.</summary>
    private static async Task<Commits> CommitsAsync(EtcdServer etcd)
    {
        var status = JsonNode.Parse((await etcd.ControlAsync("endpoint", "status", "-w", "json")).OrThrow().Stdout)![0]!["Status"]!;
        return new Commits((long)status["header"]!["revision"]!, (long)status["raftIndex"]!);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Commits(long Revision, long Proposals)
    {
        public double WasteUntil(Commits after) => 1 - ((double)(after.Revision - Revision) / (after.Proposals - Proposals));
    }
}
