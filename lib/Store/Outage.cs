using Microsoft.Extensions.Logging;

namespace Calico.Store;

/// <summary>One activity that goes on through trouble: waits longer after each failure, with jitter, and logs once per outage.</summary>
internal sealed class Outage(string activity, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private int _failures;
    private long _began;

    /// <summary>Counts a failure and waits before the next try.</summary>
    public Task FailedAsync(string reason, CancellationToken cancellationToken)
    {
        if (_failures == 0)
        {
            _began = time.GetTimestamp();
            StoreLog.OutageBegan(log, activity, reason);
        }

        return Task.Delay(Delay(_failures++, Random.Shared.NextDouble()), time, cancellationToken);
    }

    /// <summary>The activity works.</summary>
    public void Over()
    {
        if (_failures > 0)
        {
            _failures = 0;
            StoreLog.OutageEnded(log, activity, time.GetElapsedTime(_began).TotalSeconds);
        }
    }

    /// <summary>Doubles up to the longest; the jitter (0 to 1) takes off up to half, so that a cluster does not return all at once.</summary>
    internal static TimeSpan Delay(int failures, double jitter)
    {
        var full = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20)), LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (jitter / 2)));
    }
}
