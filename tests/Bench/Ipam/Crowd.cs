using System.Diagnostics;
using Calico.Tests.Bench.Measures;

namespace Calico.Tests.Bench.Ipam;

/// <summary>Callers that each make one call after the other.</summary>
internal static class Crowd
{
    /// <summary>Untimed calls of each caller before a run: what the first ones cost this process, its compiler above all, is no one's rate.</summary>
    private const int WarmUp = 5;

    /// <param name="call">One call; the number is one that no other call of the run has.</param>
    public static async Task<LoadResult> RunWarmAsync(int callers, int count, Func<int, Task> call)
    {
        var warmUp = callers * WarmUp;
        await RunAsync(callers, warmUp, call);
        return await RunAsync(callers, count, number => call(warmUp + number));
    }

    /// <inheritdoc cref="RunWarmAsync"/>
    public static async Task<LoadResult> RunAsync(int callers, int count, Func<int, Task> call)
    {
        var times = new double[count];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));
        return new LoadResult(count / clock.Elapsed.TotalSeconds, Samples.Quantile(times, 0.5), Samples.Quantile(times, 0.99));

        async Task CallAsync()
        {
            for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
            {
                var start = Stopwatch.GetTimestamp();
                await call(number);
                times[number] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
    }
}
