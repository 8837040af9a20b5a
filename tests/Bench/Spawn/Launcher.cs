using System.Diagnostics;

namespace Calico.Tests.Bench.Spawn;

/// <summary>Starts programs from the calling thread, whose network namespace they inherit, and times them.</summary>
internal static unsafe class Launcher
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>One program from its start to its end.</summary>
    public static ProgramRun Run(ProgramStart start) => RunTogether([start]).Runs[0];

    /// <summary>Starts all, then waits for all. <c>Elapsed</c> is the time from the first start to the last end.</summary>
    public static (TimeSpan Elapsed, IReadOnlyList<ProgramRun> Runs) RunTogether(IReadOnlyList<ProgramStart> starts)
    {
        var programs = starts.Select(start => new SpawnedProgram(start)).ToArray();
        try
        {
            var byPid = new Dictionary<int, SpawnedProgram>(programs.Length);
            var began = Stopwatch.GetTimestamp();
            programs[0].Start(group: 0);
            byPid.Add(programs[0].Pid, programs[0]);
            // A group of their own, so that waiting takes none of the processes that others in this process look after.
            var group = programs[0].Pid;
            foreach (var program in programs.AsSpan(1))
            {
                program.Start(group);
                byPid.Add(program.Pid, program);
            }

            using var watchdog = new Timer(_ => Libc.Kill(-group, Libc.SigKill), null, Deadline, Timeout.InfiniteTimeSpan);
            var ended = WaitForAll(group, byPid);
            return (Stopwatch.GetElapsedTime(began, ended), [.. programs.Select(program => program.Collect())]);
        }
        finally
        {
            foreach (var program in programs)
            {
                program.Dispose();
            }
        }
    }

    private static long WaitForAll(int group, Dictionary<int, SpawnedProgram> running)
    {
        var now = 0L;
        while (running.Count > 0)
        {
            int status;
            ResourceUsage usage;
            var pid = Libc.Check(Libc.Wait4(-group, &status, 0, &usage), "wait4");
            now = Stopwatch.GetTimestamp();
            if (running.Remove(pid, out var program))
            {
                program.Ended(now, status, usage);
            }
        }

        return now;
    }
}
