using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Suites;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>What a change of one chain costs beside many rules, with the agent and by the tool alone: two hosts, one with 1,000 rules and one with 50,000, in turn, for each meaning of "with".</summary>
internal static class RulesScaleFigure
{
    private const double Limit = 1.3;
    private static readonly int[] Rules = [1000, 50_000];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int changes, string backend, Action<string> progress)
    {
        var (series, targets) = (new List<Series>(), new List<Target>());
        foreach (var present in RulesPresent.All)
        {
            await using var cluster = await PolicyCluster.StartAsync(Rules.Length, backend);
            var timers = await PrepareAsync(cluster, present, progress);
            var (samples, alone) = (OfEachHost(), OfEachHost());
            progress($"{changes} changes on each, in turn");
            for (var i = 0; i < changes; i++)
            {
                foreach (var host in Turn.Of(i, Rules.Length))
                {
                    var tick = PolicyWorld.Policy($"tick-{host}", $"projectcalico.org/namespace == 'side-{host}'", [AllowTcp(i % 2 == 0 ? Enforced.Port : 1)], order: 1);
                    samples[host].Add(await timers[host].AfterAsync(Put(tick), i % 2 == 0), TimeSpan.Zero);
                    await Task.Delay(Pause);
                    alone[host].Add(await RewriteAsync(cluster.Hosts[host], backend, i), TimeSpan.Zero);
                    await Task.Delay(Pause);
                }
            }

            series.Add(new Series($"beside {present.What} ({backend}): one chain changed, written to etcd until enforced", samples));
            series.Add(new Series($"beside {present.What} ({backend}): one chain written by the tool alone, its start to its end", alone));
            targets.Add(OfMany($"{present.What}, until enforced", samples));
            targets.Add(OfMany($"{present.What}, the tool alone", alone));
        }

        return (series, targets);
    }

    private static async Task<IReadOnlyList<Enforced>> PrepareAsync(PolicyCluster cluster, RulesPresent present, Action<string> progress)
    {
        var pairs = new List<(Actor From, Actor To)>();
        for (var host = 0; host < Rules.Length; host++)
        {
            pairs.Add((await cluster.AddPodAsync($"from-{host}", $"side-{host}", host), await cluster.AddPodAsync($"to-{host}", $"side-{host}", host)));
        }

        await cluster.ConnectAsync();
        for (var host = 0; host < Rules.Length; host++)
        {
            await cluster.CommitAsync([Put(Namespace($"side-{host}")), Put(Namespace(PolicyWorld.Space)), .. PolicyWorld.Endpoints(cluster.Hosts[host].NodeName, host, 1)]);
            await present.AddAsync(cluster, host, Rules[host]);
        }

        await cluster.CommitAsync(Put(Namespace("settled")));
        for (var host = 0; host < Rules.Length; host++)
        {
            var rules = (await cluster.RulesAsync(cluster.Hosts[host])).Split('\n').Count(line => line.StartsWith("-A", StringComparison.Ordinal));
            progress($"{Rules[host]} {present.What} on {cluster.Hosts[host]}: {rules} rules in the kernel, both families");
        }

        return [.. pairs.Select(pair => new Enforced(cluster, pair.From, pair.To))];
    }

    // A chain that no packet meets, so that the agent and its rules are as they were.
    private static async Task<TimeSpan> RewriteAsync(Host host, string backend, int number)
    {
        var tool = backend == "NFT" ? "iptables-nft-restore" : "iptables-legacy-restore";
        var text = $"*filter\n:bench - [0:0]\n-A bench -s 192.0.2.{number % 256}/32 -j DROP\nCOMMIT\n";
        return (await host.Namespace.Enter(new Command(tool, "--noflush", "-w", "10") { Stdin = text }).RunAsync()).OrThrow().Elapsed;
    }

    private static List<Samples> OfEachHost() => [.. Rules.Select(count => new Samples($"{count} rules"))];

    private static Target OfMany(string what, List<Samples> samples) =>
        new($"{what}, {Rules[1]} rules to {Rules[0]}", samples[1].Median / samples[0].Median, Limit, "x");
}
