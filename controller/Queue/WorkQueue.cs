namespace Calico.Controller.Queue;

/// <summary>A <see cref="KeyedQueue"/> with a clock, for any number of callers and workers.</summary>
internal sealed class WorkQueue(TimeProvider time, Func<int, TimeSpan>? pause = null)
{
    private readonly Lock _lock = new();
    private readonly KeyedQueue _keys = new();
    private readonly long _begun = time.GetTimestamp();
    private readonly Func<int, TimeSpan> _pause = pause ?? Backoff.Pause;
    private TaskCompletionSource _changed = NewSignal();

    public int Ready => Locked(keys => keys.Ready);

    public int Failing => Locked(keys => keys.Failing);

    /// <summary>Nothing is ready, at work or paused.</summary>
    public bool IsIdle => Locked(keys => keys is { Ready: 0, AtWork: 0, Paused: 0 });

    public void Add(string key)
    {
        lock (_lock)
        {
            _keys.Add(key);
            Signal();
        }
    }

    /// <summary>Waits for the next key; it must be given to <see cref="Done"/> or <see cref="Failed"/>.</summary>
    public async Task<string> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            TimeSpan? wait;
            lock (_lock)
            {
                if (_keys.TryTake(Now(), out var key))
                {
                    return key;
                }

                changed = _changed.Task;
                wait = _keys.NextDue - Now();
            }

            await WaitAsync(changed, wait, cancellationToken);
        }
    }

    public void Done(string key)
    {
        lock (_lock)
        {
            _keys.Done(key);
            Signal();
        }
    }

    /// <param name="isOutage">It is not the key's fault but that of something that is away for all, and may be back any moment: no pause grows long.</param>
    /// <returns>The pause before the next try.</returns>
    public TimeSpan Failed(string key, bool isOutage = false)
    {
        lock (_lock)
        {
            var wait = _keys.Failed(key, Now(), failures => isOutage ? Backoff.DuringOutage(_pause(failures)) : _pause(failures));
            Signal();
            return wait;
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (wait is not { } pause)
        {
            await changed.WaitAsync(cancellationToken);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, ended.Token));
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TimeSpan Now() => time.GetElapsedTime(_begun);

    /// <summary>Wakes every waiting worker; each looks for itself whether there is something for it.</summary>
    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private T Locked<T>(Func<KeyedQueue, T> read)
    {
        lock (_lock)
        {
            return read(_keys);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
