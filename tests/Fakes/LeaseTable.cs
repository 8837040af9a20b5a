namespace Calico.Tests.Fakes;

/// <summary>The leases of the fake store, each with the timer that ends it. Not thread-safe.</summary>
internal sealed class LeaseTable(TimeProvider time, Action<long> expired)
{
    private readonly Dictionary<long, (TimeSpan TimeToLive, ITimer Timer)> _leases = [];
    private long _last;

    public long Grant(TimeSpan timeToLive)
    {
        var lease = ++_last;
        var timer = time.CreateTimer(_ => expired(lease), null, timeToLive, Timeout.InfiniteTimeSpan);
        _leases[lease] = (timeToLive, timer);
        return lease;
    }

    public bool Exists(long lease) => _leases.ContainsKey(lease);

    public bool KeepAlive(long lease) =>
        _leases.TryGetValue(lease, out var entry) && entry.Timer.Change(entry.TimeToLive, Timeout.InfiniteTimeSpan);

    public bool Remove(long lease)
    {
        if (!_leases.Remove(lease, out var entry))
        {
            return false;
        }

        entry.Timer.Dispose();
        return true;
    }
}
