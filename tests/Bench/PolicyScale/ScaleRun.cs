using System.Diagnostics;
using System.Globalization;
using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;

namespace Calico.Tests.Bench.PolicyScale;

/// <summary>What the calculation graph costs in a large cluster. Run in a process of its own, or the memory is somebody else's too.</summary>
internal static class ScaleRun
{
    private const int Members = 1_000;

    // As the agent's loop: what came meanwhile is worked out together.
    private const int BatchSize = 1_000;

    public static ScaleResult Run(int endpoints, int policies, bool uniqueLabels)
    {
        var feed = new ScaleFeed(endpoints, policies, uniqueLabels);
        var graph = new CalculationGraph(ScaleFeed.Node);
        var before = Resident("VmRSS");
        var clock = Stopwatch.StartNew();
        var messages = 0;
        var inBatch = 0;
        foreach (var (key, value) in feed.All().Concat(feed.Policies()).Concat(feed.RemoteEndpoints()))
        {
            graph.OnUpdate(StoreUpdateReader.Updated(key, value)!);
            if (++inBatch % BatchSize == 0)
            {
                messages += graph.Flush().Count;
            }
        }

        graph.OnInSync();
        messages += graph.Flush().Count;
        var inSync = clock.Elapsed;
        var (resident, peak) = (Resident("VmRSS"), Resident("VmHWM"));
        var (microseconds, perMember) = AddMembers(graph, feed);
        var collected = Collected();
        var heap = GC.GetTotalMemory(forceFullCollection: false) / (1024.0 * 1024);
        GC.KeepAlive(graph);
        return new ScaleResult(inSync.TotalSeconds, before, resident, peak, collected, heap, messages, microseconds, perMember);
    }

    private static (double Microseconds, double Messages) AddMembers(CalculationGraph graph, ScaleFeed feed)
    {
        var times = new double[Members];
        var messages = 0;
        for (var i = 0; i < Members; i++)
        {
            var (key, value) = feed.NewEndpoint(i);
            var start = Stopwatch.GetTimestamp();
            graph.OnUpdate(StoreUpdateReader.Updated(key, value)!);
            messages += graph.Flush().Count;
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return (times[Members / 2], messages / (double)Members);
    }

    private static double Collected()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Resident("VmRSS");
    }

    /// <summary>A figure of /proc/self/status, in MiB.</summary>
    private static double Resident(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], CultureInfo.InvariantCulture) / 1024.0;
    }
}
