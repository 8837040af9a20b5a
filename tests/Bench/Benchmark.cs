using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Report;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Bench.Stage;
using Calico.Tests.Bench.Suites;
using Calico.Tests.Rig;

namespace Calico.Tests.Bench;

/// <summary>One run: build the laboratory, verify each contender, measure, report.</summary>
internal sealed class Benchmark(Method method, bool peerOnly, Action<string> progress)
{
    private readonly List<Series> _series = [];
    private readonly List<Target> _targets = [];
    private readonly List<string> _failures = [];

    public async Task<BenchReport> RunAsync()
    {
        var machine = Machine.Read();
        progress($"building hosts, stores and {method.Pods} pods for each contender");
        await using var laboratory = await Laboratory.CreateAsync(method.Pods, peerOnly);
        foreach (var contender in laboratory.Contenders)
        {
            progress($"verifying {contender}");
            await Attachment.VerifyAsync(contender);
        }

        HostThread.Run(thread =>
        {
            if (!method.PairsOnly)
            {
                Measure(thread, [.. laboratory.Contenders.Where(contender => contender.Name is not (ContenderNames.Policy or ContenderNames.PolicyTls))]);
            }

            MeasurePairs(thread, laboratory.Contenders);
        });
        _failures.AddRange(await laboratory.LeftoversAsync());
        ProgramSize[] sizes = peerOnly || method.PairsOnly ? [] : [SizeOf(Binaries.Calico), SizeOf(Binaries.CalicoIpam), SizeOf(Binaries.Agent)];
        if (sizes.Length > 0)
        {
            HostThread.Run(_ => MeasureStartUp(sizes));
        }

        return new BenchReport(machine, method, _series, sizes, _targets, _failures);
    }

    private void Measure(HostThread thread, IReadOnlyList<Contender> contenders)
    {
        if (method.Rounds > 0)
        {
            progress($"one at a time, {method.Rounds} rounds");
            var series = new SequentialSuite(contenders, method).Run(thread);
            _series.AddRange(series);
            _targets.AddRange(TargetList.OfSequential(series[0], series[1]));
        }

        if (method.Batches > 0)
        {
            progress($"{method.Batches} batches of {Method.BatchSize}");
            var suite = new BatchSuite(contenders, Method.BatchSize, method.Batches);
            var series = suite.Run(thread);
            Keep(series, suite);
            _targets.AddRange(TargetList.OfBatches(series[0]));
        }

        if (method.Storms > 0)
        {
            progress($"{method.Storms} batches of {Method.StormSize}");
            var suite = new BatchSuite(contenders, Method.StormSize, method.Storms);
            Keep(suite.Run(thread), suite);
            _targets.AddRange(TargetList.OfStorms(suite.Failures));
        }
    }

    /// <summary>By themselves: side by side with processes of three times their length a pair would drown in what those leave behind.</summary>
    private void MeasurePairs(HostThread thread, IReadOnlyList<Contender> contenders)
    {
        if (method.Rounds == 0 || peerOnly)
        {
            return;
        }

        _targets.Add(TargetList.OfTls(MeasurePair(thread, contenders, "ADD, policy awaited, with and without TLS", ContenderNames.Policy, ContenderNames.PolicyTls)));
        _targets.Add(TargetList.OfTlsAlone(MeasurePair(thread, contenders, "ADD, no policy, with and without TLS", ContenderNames.Agent, ContenderNames.AgentTls)));
    }

    private Series MeasurePair(HostThread thread, IReadOnlyList<Contender> contenders, string title, string first, string second)
    {
        progress($"{title}, {Method.PairPasses} x {method.Rounds} rounds");
        Contender[] pair = [contenders.Single(contender => contender.Name == first), contenders.Single(contender => contender.Name == second)];
        var add = new SequentialSuite(pair, method, Method.PairPasses).Run(thread)[0] with { Title = title };
        _series.Add(add);
        return add;
    }

    private void Keep(IReadOnlyList<Series> series, BatchSuite suite)
    {
        _series.AddRange(series.Where(one => one.Peer.Count > 0));
        _failures.AddRange(suite.Failures.SelectMany(pair => pair.Value.Select(failure => $"{pair.Key}: {failure}")));
    }

    private void MeasureStartUp(IReadOnlyList<ProgramSize> sizes)
    {
        progress($"start-up, {method.StartUps} rounds");
        var startUp = StartUpSuite.Run(method);
        _series.Add(startUp);
        _targets.AddRange(TargetList.OfPrograms(startUp, sizes));
    }

    private static ProgramSize SizeOf(string path) => new(Path.GetFileName(path), new FileInfo(path).Length);
}
