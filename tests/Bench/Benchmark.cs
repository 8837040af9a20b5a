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

        HostThread.Run(thread => Measure(thread, laboratory.Contenders));
        _failures.AddRange(await laboratory.LeftoversAsync());
        ProgramSize[] sizes = peerOnly ? [] : [SizeOf(Binaries.Calico), SizeOf(Binaries.CalicoIpam), SizeOf(Binaries.Agent)];
        if (!peerOnly)
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
            MeasureTls(thread, [.. contenders.Where(contender => contender.Name is ContenderNames.Agent or ContenderNames.AgentTls)]);
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

    /// <summary>By themselves: side by side with processes of three times their length the pair would drown in what those leave behind.</summary>
    private void MeasureTls(HostThread thread, IReadOnlyList<Contender> pair)
    {
        if (pair.Count == 2)
        {
            progress($"with and without TLS in turn, {Method.TlsPasses} x {method.Rounds} rounds");
            var add = new SequentialSuite(pair, method, Method.TlsPasses).Run(thread)[0] with { Title = "ADD, with and without TLS in turn" };
            _series.Add(add);
            _targets.Add(TargetList.OfTls(add));
        }
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
