namespace Calico.Controller.Queue;

/// <summary>
/// What is to be worked on, each key once: in the order it came, never by two workers at a time, and again after a growing pause while it fails.
/// A key leaves only by success. Has no clock and no lock of its own: <see cref="WorkQueue"/> has.
/// </summary>
internal sealed class KeyedQueue
{
    private readonly Queue<string> _ready = new();
    private readonly HashSet<string> _isReady = new(StringComparer.Ordinal);

    // Keys at work, and whether they were added again meanwhile.
    private readonly Dictionary<string, bool> _atWork = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    // Keys that wait for their pause to end. An entry of the heap counts only while the dictionary names the same time.
    private readonly PriorityQueue<string, TimeSpan> _pauses = new();
    private readonly Dictionary<string, TimeSpan> _pausedUntil = new(StringComparer.Ordinal);

    /// <summary>Keys that wait for a worker.</summary>
    public int Ready => _ready.Count;

    /// <summary>Keys that failed and wait for their next try.</summary>
    public int Paused => _pausedUntil.Count;

    public int AtWork => _atWork.Count;

    /// <summary>Keys whose last try failed.</summary>
    public int Failing => _failures.Count;

    /// <summary>When the next pause may end; null when none is under way.</summary>
    public TimeSpan? NextDue => _pauses.TryPeek(out _, out var due) ? due : null;

    /// <summary>Something about the key changed. One that pauses is tried at once: what failed may work now.</summary>
    public void Add(string key)
    {
        if (_atWork.ContainsKey(key))
        {
            _atWork[key] = true;
            return;
        }

        _pausedUntil.Remove(key);
        Enqueue(key);
    }

    /// <summary>The key whose turn it is; false when none is ready.</summary>
    /// <param name="now">Since any fixed moment; never goes back.</param>
    public bool TryTake(TimeSpan now, out string key)
    {
        WakeDue(now);
        if (!_ready.TryDequeue(out key!))
        {
            return false;
        }

        _isReady.Remove(key);
        _atWork.Add(key, false);
        return true;
    }

    /// <summary>The worker has done what the key asked.</summary>
    public void Done(string key)
    {
        _failures.Remove(key);
        if (_atWork.Remove(key, out var addedAgain) && addedAgain)
        {
            Enqueue(key);
        }
    }

    /// <summary>The worker could not do it; it is tried again after a pause, or at once when it was added meanwhile.</summary>
    /// <param name="pause">From the number of failures in a row, 1 or more.</param>
    public TimeSpan Failed(string key, TimeSpan now, Func<int, TimeSpan> pause)
    {
        if (!_atWork.Remove(key, out var addedAgain))
        {
            return TimeSpan.Zero;
        }

        var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        if (addedAgain)
        {
            Enqueue(key);
            return TimeSpan.Zero;
        }

        var wait = pause(failures);
        _pausedUntil[key] = now + wait;
        _pauses.Enqueue(key, now + wait);
        return wait;
    }

    private void WakeDue(TimeSpan now)
    {
        while (_pauses.TryPeek(out var key, out var due) && due <= now)
        {
            _pauses.Dequeue();
            if (_pausedUntil.TryGetValue(key, out var until) && until == due)
            {
                _pausedUntil.Remove(key);
                Enqueue(key);
            }
        }
    }

    private void Enqueue(string key)
    {
        if (_isReady.Add(key))
        {
            _ready.Enqueue(key);
        }
    }
}
