namespace Calico.Agent.Dataplane.Tools;

/// <summary>When to read the kernel again: as often as one hundredth of a processor pays for, within limits.</summary>
/// <param name="longest">Zero: never. A read that itself costs more than a hundredth of this is done less often still.</param>
internal sealed class RefreshPace(TimeSpan longest, TimeProvider time)
{
    private const int Share = 100;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    private long _read = time.GetTimestamp();
    private TimeSpan? _pause;
    private volatile bool _isDue;

    /// <summary>Infinite if never.</summary>
    public TimeSpan Remaining => _isDue ? TimeSpan.Zero : longest == TimeSpan.Zero
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromTicks(Math.Max(0, ((_pause ?? longest) - time.GetElapsedTime(_read)).Ticks));

    /// <summary>It is time to read, whatever the pace: somebody is known to have changed something. From any thread.</summary>
    public void Hurry() => _isDue = true;

    /// <summary>Notes what a read costs, whether it succeeds or not.</summary>
    public async Task<T> MeasureAsync<T>(Func<Task<T>> read)
    {
        var start = time.GetTimestamp();
        _isDue = false;
        try
        {
            return await read();
        }
        finally
        {
            _read = time.GetTimestamp();
            var due = time.GetElapsedTime(start, _read) * Share;
            var limit = longest < Shortest ? longest : Shortest;
            _pause = due < limit ? limit : due;
        }
    }
}
