using Microsoft.Extensions.Logging;

namespace Calico.Agent;

/// <summary>What runs side by side until one of it ends, or all is told to.</summary>
internal sealed class Parts(ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _tasks = [];

    /// <summary>Cancelled when all is told to end.</summary>
    public CancellationToken Ending => _ending.Token;

    public IReadOnlyList<Task> Running => _tasks;

    /// <param name="part">Runs until its token is cancelled; if it ends earlier, the agent ends.</param>
    public void Start(Func<CancellationToken, Task> part) => Add(part(Ending));

    public void Add(Task part) => _tasks.Add(part);

    /// <summary>Tells all to end, and waits until they have.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        foreach (var task in _tasks)
        {
            await EndAsync(task);
        }

        _tasks.Clear();
    }

    /// <summary>Waits for a part that was told to end. Its failure is logged: the agent ends with the first one, and a later one must not be lost.</summary>
    public async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Its normal end.
        }
        catch (Exception e)
        {
            AgentLog.CannotGoOn(log, e.Message, e);
        }
    }

    public void Dispose() => _ending.Dispose();
}
