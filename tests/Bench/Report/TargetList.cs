using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Stage;
using Calico.Tests.Bench.Suites;

namespace Calico.Tests.Bench.Report;

/// <summary>The figures we hold ourselves to, computed from what was measured.</summary>
internal static class TargetList
{
    private const double MegaByte = 1_000_000;

    public static IEnumerable<Target> OfSequential(Series add, Series del)
    {
        if (add.Find(ContenderNames.Agent) is not { } agent)
        {
            yield break;
        }

        yield return new Target("ADD by the agent / peer", agent.Median / add.Peer.Median, 0.65, "x");
        yield return new Target("ADD by the agent, p99 / peer's p99", agent.P99 / add.Peer.P99, 1, "x");
        yield return new Target("ADD by calico-ipam alone / peer", Of(add, ContenderNames.Ipam).Median / add.Peer.Median, 1.3, "x");
        yield return new Target("DEL by the agent / peer", Of(del, ContenderNames.Agent).Median / del.Peer.Median, 0.35, "x");
        yield return new Target("ADD by calico-ipam alone, TLS", Of(add, ContenderNames.IpamTls).Median, 25, "ms");
    }

    /// <summary>Of the pair alone, by pairs: what a slow second of the machine does to both cancels out.</summary>
    public static Target OfTls(Series pair) =>
        new("ADD by the agent as installed, TLS / without, pairwise", Of(pair, ContenderNames.PolicyTls).PairwiseRatio(pair.Peer), 1.05, "x");

    public static Target OfTlsAlone(Series pair) =>
        new("ADD by an agent without policy, TLS / without, pairwise", Of(pair, ContenderNames.AgentTls).PairwiseRatio(pair.Peer), 1.05, "x");

    public static IEnumerable<Target> OfBatches(Series add)
    {
        if (add.Find(ContenderNames.Agent) is { Count: > 0 } agent)
        {
            yield return new Target($"{Method.BatchSize} ADDs in parallel by the agent / peer, whole batch", agent.Median / add.Peer.Median, 0.55, "x");
        }
    }

    public static IEnumerable<Target> OfStorms(IReadOnlyDictionary<string, List<string>> failures) =>
        failures.Where(pair => pair.Key != ContenderNames.Peer)
            .Select(pair => new Target($"{Method.StormSize} at once, {pair.Key}: calls that fail", pair.Value.Count, 0, ""));

    public static IEnumerable<Target> OfPrograms(Series startUp, IReadOnlyList<ProgramSize> sizes)
    {
        yield return new Target("calico starts / /bin/true", Of(startUp, StartUpSuite.Calico).Median / startUp.Peer.Median, 3, "x");
        yield return new Target("size of calico", sizes.Single(size => size.Name == "calico").Bytes / MegaByte, 3, "MB");
    }

    private static Samples Of(Series series, string contender) =>
        series.Find(contender) ?? throw new InvalidOperationException($"'{series.Title}' was not measured for {contender}");
}
