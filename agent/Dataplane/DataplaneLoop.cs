using System.Threading.Channels;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Managers;
using Calico.Model.Net;
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
    private readonly Func<CancellationToken, Task<DataplaneManagers>> _open;
    private readonly Func<DataplaneUpdate?> _take;
    private readonly DataplaneCompanions _companions;
    private readonly EndpointProgress _progress;
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private volatile DataplaneStatus _status = new();
    private DataplaneManagers? _managers;
    private TimeSpan _pause;
    private bool _isAlone;
    private long? _since;

    /// <param name="families">Those that are programmed.</param>
    /// <param name="open">Finds the tools of this host; asked again after a failure.</param>
    /// <param name="take">What is new since it was asked last; null for nothing. Called by the loop alone.</param>
    internal DataplaneLoop(
        IReadOnlyCollection<IpFamily> families,
        Func<CancellationToken, Task<DataplaneManagers>> open,
        Func<DataplaneUpdate?> take,
        DataplaneCompanions companions,
        ILogger log,
        TimeProvider time)
    {
        (_open, _take, _companions, _log, _time) = (open, take, companions, log, time);
        _progress = new EndpointProgress(families, time);
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
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(ApplyChangesAsync(cancellationToken), _companions.RunAsync(cancellationToken));

    private async Task ApplyChangesAsync(CancellationToken cancellationToken)
    {
        while (!await TryAsync("iptables", async token => _managers = await _open(token), cancellationToken))
        {
            Report(_time.GetTimestamp());
            await Task.Delay(_pause, _time, cancellationToken);
        }

        var managers = _managers!;
        while (true)
        {
            await WaitForWorkAsync(managers, cancellationToken);
            TakeAll(managers);
            if (_status.IsInSync)
            {
                await ApplyAsync(managers, cancellationToken);
            }
        }
    }

    private async Task WaitForWorkAsync(DataplaneManagers managers, CancellationToken cancellationToken)
    {
        // What failed may be the refresh itself, which then stays due.
        var due = _pause > TimeSpan.Zero ? _pause : _status.IsInSync ? managers.UntilRefresh : Timeout.InfiniteTimeSpan;
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

    private void TakeAll(DataplaneManagers managers)
    {
        if (_take() is not { } update)
        {
            return;
        }

        foreach (var message in update.Messages)
        {
            managers.OnMessage(message);
        }

        _companions.Taken(update.Messages);
        _since ??= update.Since;
        _progress.Taken(update);
        if (update.Messages.Any(message => message is InSync))
        {
            _status = _status with { IsInSync = true };
        }
    }

    private async Task ApplyAsync(DataplaneManagers managers, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        managers.Complete();
        var sets = await TryAsync("IP sets", managers.ApplySetsAsync, cancellationToken);
        var families = await Task.WhenAll(managers.Families.Select(async family =>
            (family.Family, Done: await TryAsync($"{family.Family} rules", family.ApplyAsync, cancellationToken))));
        if (sets)
        {
            _progress.Programmed([.. families.Where(family => family.Done).Select(family => family.Family)]);
        }

        // A set may still be used by rules that could not be replaced.
        if (families.All(family => family.Done))
        {
            await TryAsync("unused IP sets", managers.Sets.ApplyRemovalsAsync, cancellationToken);
            _isAlone = _isAlone || await TryAsync("the other back end of iptables", managers.LeaveOtherBackendAsync, cancellationToken);
        }

        Report(started);
        if (_failures.Count == 0)
        {
            _companions.Applied();
        }
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
        _status = (_managers?.Count(_status) ?? _status) with
        {
            ProgrammedRevision = _progress.ProgrammedRevision,
            Applies = _status.Applies + 1,
            ApplyTime = _time.GetElapsedTime(started),
            Latency = _since is { } since && _failures.Count == 0 ? _time.GetElapsedTime(since) : _status.Latency,
            Failures = [.. _failures.Select(failure => $"{failure.Key}: {failure.Value}"), .. (_managers?.Problems ?? []).Select(problem => problem.ToString())],
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
