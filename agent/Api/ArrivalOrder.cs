namespace Calico.Agent.Api;

/// <summary>
/// Lets requests for one key run one after the other, in the order in which they came; different keys do not wait for each other.
/// </summary>
internal sealed class ArrivalOrder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _last = [];

    /// <summary>Takes its place in the queue of the key before it returns, and completes with the action.</summary>
    public Task RunAsync(string key, Func<Task> action)
    {
        lock (_lock)
        {
            var before = _last.GetValueOrDefault(key, Task.CompletedTask);
            var mine = RunAfterAsync(before, action);
            _last[key] = mine;
            _ = ForgetAsync(key, mine);
            return mine;
        }
    }

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _last.Count;
            }
        }
    }

    private static async Task RunAfterAsync(Task before, Func<Task> action)
    {
        // Never inside the lock, and whatever became of the request before.
        await Task.WhenAny(before).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await action();
    }

    private async Task ForgetAsync(string key, Task mine)
    {
        await Task.WhenAny(mine);
        lock (_lock)
        {
            if (_last.GetValueOrDefault(key) == mine)
            {
                _last.Remove(key);
            }
        }
    }
}
