using System.Diagnostics;
using Calico.Tests.Bench.Spawn;

namespace Calico.Tests.Bench.Suites;

/// <summary>Waits, on the host's thread, for the afterwork of what ran before.</summary>
internal static class Quiet
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the namespace has <paramref name="count"/> interfaces again, and returns how long that took.</summary>
    public static TimeSpan UntilInterfaces(int count)
    {
        var start = Stopwatch.GetTimestamp();
        while (HostThread.Interfaces().Count != count)
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed > Deadline)
            {
                throw new TimeoutException($"the host still has {HostThread.Interfaces().Count} interfaces instead of {count} after {elapsed.TotalSeconds:0} s");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(1));
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
