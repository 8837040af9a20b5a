using System.Threading.Channels;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Managers;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane;

/// <summary>
/// Brings what the calculation graph says into the kernel. While one apply is under way changes gather at their source and make up the
/// next; an idle loop applies at once. What fails is said, and tried again with growing pauses, while the rest goes on.
/// </summary>
public sealed class DataplaneLoop
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly DataplaneManagers _managers;
    private readonly Func<DataplaneUpdate?> _take;
    private readonly EndpointProgress _progress;
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private volatile DataplaneStatus _status = new();
    private TimeSpan _pause;
    private long? _since;

    /// <param name="take">What is new since it was asked last; null for nothing. Called by the loop alone.</param>
    internal DataplaneLoop(DataplaneManagers managers, Func<DataplaneUpdate?> take, ILogger log, TimeProvider time)
    {
        (_managers, _take, _log, _time) = (managers, take, log, time);
        _progress = new EndpointProgress(time);
    }

    /// <summary>Called after each apply; set before the loop runs.</summary>
    public Action Applied { get; set; } = () => { };

    public DataplaneStatus Status => _status with { LateEndpoints = _progress.LateEndpoints };

    /// <summary>There is something to take, or the host's interfaces have changed.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>The kernel has the workload endpoint as the datastore has it at that revision, or later.</summary>
    public bool Has(ResourceId workload, long revision) => _progress.Has(workload, revision);

    /// <summary>Completes when the kernel has the workload endpoint as the datastore has it at that revision, or later.</summary>
    /// <returns>False when the deadline passed before, or the datastore no longer has the endpoint.</returns>
    public Task<bool> WaitAsync(ResourceId workload, long revision, TimeSpan deadline, CancellationToken cancellationToken) =>
        _progress.WaitAsync(workload, revision, deadline, cancellationToken);

    /// <summary>Runs until cancelled, and leaves the kernel as it then is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForWorkAsync(cancellationToken);
            TakeAll();
            if (_status.IsInSync)
            {
                await ApplyAsync(cancellationToken);
            }
        }
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        var due = _managers.Families.Select(family => family.Tables.UntilRefresh).Append(_managers.Sets.UntilRefresh)
            .Where(_ => _status.IsInSync)
            .Append(_pause > TimeSpan.Zero ? _pause : Timeout.InfiniteTimeSpan)
            .Aggregate(Timeout.InfiniteTimeSpan, Min);
        try
        {
            await _wake.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(due, _time, cancellationToken);
            _wake.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // Time to try again, or to look whether the kernel still has what we wrote.
        }
    }

    private void TakeAll()
    {
        if (_take() is not { } update)
        {
            return;
        }

        foreach (var message in update.Messages)
        {
            _managers.OnMessage(message);
        }

        _since ??= update.Since;
        _progress.Taken(update);
        if (update.Messages.Any(message => message is InSync))
        {
            _status = _status with { IsInSync = true };
        }
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        _managers.Complete();
        var sets = await TryAsync("IP sets", _managers.Sets.UntilRefresh == TimeSpan.Zero ? _managers.Sets.RefreshAsync : _managers.Sets.ApplyUpdatesAsync, cancellationToken);
        var families = await Task.WhenAll(_managers.Families.Select(async family =>
            (family.Family, Done: await TryAsync($"{family.Family} rules", family.Tables.UntilRefresh == TimeSpan.Zero ? family.Tables.RefreshAsync : family.Tables.ApplyAsync, cancellationToken))));
        if (sets)
        {
            _progress.Programmed([.. families.Where(family => family.Done).Select(family => family.Family)]);
        }

        // A set may still be used by rules that could not be replaced.
        if (families.All(family => family.Done))
        {
            await TryAsync("unused IP sets", _managers.Sets.ApplyRemovalsAsync, cancellationToken);
        }

        Report(started);
    }

    private async Task<bool> TryAsync(string part, Func<CancellationToken, Task> apply, CancellationToken cancellationToken)
    {
        try
        {
            await apply(cancellationToken);
            lock (_failures)
            {
                if (_failures.Remove(part))
                {
                    DataplaneLog.Recovered(_log, part);
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            lock (_failures)
            {
                if (_failures.GetValueOrDefault(part) != e.Message)
                {
                    DataplaneLog.Failed(_log, part, e.Message);
                }

                _failures[part] = e.Message;
            }

            return false;
        }
    }

    private void Report(long started)
    {
        _pause = _failures.Count == 0 ? TimeSpan.Zero : _pause == TimeSpan.Zero ? FirstPause : Min(_pause * 2, LongestPause);
        _status = _managers.Count(_status) with
        {
            ProgrammedRevision = _progress.ProgrammedRevision,
            Applies = _status.Applies + 1,
            ApplyTime = _time.GetElapsedTime(started),
            Latency = _since is { } since && _failures.Count == 0 ? _time.GetElapsedTime(since) : _status.Latency,
            Failures = [.. _failures.Select(failure => $"{failure.Key}: {failure.Value}"), .. _managers.Problems.Select(problem => problem.ToString())],
        };
        if (_failures.Count == 0)
        {
            _since = null;
        }

        Applied();
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan ? other : other == Timeout.InfiniteTimeSpan || one < other ? one : other;
}
