using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Bench.Stage;

namespace Calico.Tests.Bench.Suites;

/// <summary>
/// One pod at a time: all contenders attach their first pod, then their second, and so on; then they detach in the same way. Each pass does
/// it all again with the same pods.
/// </summary>
internal sealed class SequentialSuite(IReadOnlyList<Contender> contenders, Method method, int passes = 1)
{
    private readonly Samples[] _adds = [.. contenders.Select(contender => new Samples(contender.Name))];
    private readonly Samples[] _dels = [.. contenders.Select(contender => new Samples(contender.Name))];
    private readonly Samples[] _gone = [.. contenders.Select(contender => new Samples(contender.Name))];
    private readonly string[][] _results = [.. contenders.Select(_ => new string[method.Rounds])];

    /// <summary>Runs on a thread that enters each contender's host.</summary>
    public IReadOnlyList<Series> Run(HostThread thread)
    {
        for (var pass = 0; pass < passes; pass++)
        {
            foreach (var (round, index) in Turns(pass))
            {
                Attach(thread, round, index);
            }

            foreach (var (round, index) in Turns(pass))
            {
                Detach(thread, round, index);
            }
        }

        return
        [
            new Series("ADD, one at a time", _adds),
            new Series("DEL, one at a time", _dels),
            new Series("DEL, device gone", _gone),
        ];
    }

    private IEnumerable<(int Round, int Index)> Turns(int pass) =>
        from round in Enumerable.Range(0, method.Rounds)
        from index in Turn.Of((pass * method.Rounds) + round, contenders.Count)
        select (round, index);

    private void Attach(HostThread thread, int round, int index)
    {
        var contender = contenders[index];
        thread.Enter(contender.Host.Namespace.Path);
        Thread.Sleep(method.Pause);
        var run = Launcher.Run(contender.Add(contender.Pods[round])).OrThrow();
        _results[index][round] = run.Stdout;
        _adds[index].Add(run.Elapsed, run.Processor);
    }

    private void Detach(HostThread thread, int round, int index)
    {
        var contender = contenders[index];
        thread.Enter(contender.Host.Namespace.Path);
        Thread.Sleep(method.Pause);
        var interfaces = HostThread.Interfaces().Count;
        var run = Launcher.Run(contender.Del(contender.Pods[round], _results[index][round])).OrThrow();
        _dels[index].Add(run.Elapsed, run.Processor);
        // What a plugin leaves to the background must end, too, and not in its successor's time.
        _gone[index].Add(run.Elapsed + Quiet.UntilInterfaces(interfaces - 1), run.Processor);
    }
}
