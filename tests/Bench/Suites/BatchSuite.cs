using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Bench.Stage;

namespace Calico.Tests.Bench.Suites;

/// <summary>Many pods at once: a batch of one contender, then of the next; each batch of ADDs is followed by one of DELs.</summary>
internal sealed class BatchSuite(IReadOnlyList<Contender> contenders, int size, int batches)
{
    private readonly Samples[] _adds = [.. contenders.Select(contender => new Samples(contender.Name))];
    private readonly Samples[] _singles = [.. contenders.Select(contender => new Samples(contender.Name))];
    private readonly Samples[] _dels = [.. contenders.Select(contender => new Samples(contender.Name))];

    /// <summary>Failed calls by contender; a batch with a failure is counted here and not timed.</summary>
    public Dictionary<string, List<string>> Failures { get; } = contenders.ToDictionary(contender => contender.Name, _ => new List<string>());

    public IReadOnlyList<Series> Run(HostThread thread)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            foreach (var index in Turn.Of(batch, contenders.Count))
            {
                RunBatch(thread, index);
            }
        }

        return
        [
            new Series($"ADD, {size} at once, whole batch", _adds),
            new Series($"ADD, {size} at once, each", _singles),
            new Series($"DEL, {size} at once, whole batch", _dels),
        ];
    }

    private void RunBatch(HostThread thread, int index)
    {
        var contender = contenders[index];
        thread.Enter(contender.Host.Namespace.Path);
        var interfaces = HostThread.Interfaces().Count;
        var pods = contender.Pods.Take(size).ToArray();
        var (elapsed, adds) = Launcher.RunTogether([.. pods.Select(contender.Add)]);
        if (Succeeded(contender, adds))
        {
            _adds[index].Add(elapsed, Sum(adds));
            foreach (var run in adds)
            {
                _singles[index].Add(run.Elapsed, run.Processor);
            }
        }

        // DEL goes to every pod, also to those whose ADD failed: that is what a runtime does.
        var (delElapsed, dels) = Launcher.RunTogether([.. pods.Zip(adds, (pod, add) => contender.Del(pod, add.Succeeded ? add.Stdout : "null"))]);
        if (Succeeded(contender, dels))
        {
            _dels[index].Add(delElapsed, Sum(dels));
        }

        Quiet.UntilInterfaces(interfaces);
    }

    private bool Succeeded(Contender contender, IReadOnlyList<ProgramRun> runs)
    {
        var failed = runs.Where(run => !run.Succeeded).ToArray();
        Failures[contender.Name].AddRange(failed.Select(run => $"{run.Start.Environment["CNI_COMMAND"]} ended with {run.ExitCode}: {run.Stdout.Trim()} {run.Stderr.Trim()}"));
        return failed.Length == 0;
    }

    private static TimeSpan Sum(IReadOnlyList<ProgramRun> runs) => runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Processor);
}
