using System.Threading.Channels;
using Calico.Agent.Calc.Messages;
using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>
/// Ends tracked connections that must not go on: those of an address that left this node, so that the next owner does not inherit
/// them, and, unless switched off, those that policy now denies. Everything else stays. It looks only after the rules are in the kernel.
/// </summary>
internal sealed class FlowCutter(IConntrack conntrack, DataplaneOptions options, ILogger log, TimeProvider time)
{
    /// <summary>Between two looks: this, and so long that looking costs at most a sixth of one core.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private const int PausePerLook = 5;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly ActiveState _state = new();
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private SetEffects? _effects;
    private bool _isInSync;
    private Work _waiting = new();
    private Work _applied = new();
    private string? _failure;

    /// <summary>Takes in one batch of the calculation graph, before it is applied. Half a batch would be a policy that nobody wrote.</summary>
    public void OnMessages(IReadOnlyList<DataplaneMessage> batch)
    {
        lock (_lock)
        {
            foreach (var message in batch)
            {
                OnMessage(message);
            }
        }
    }

    /// <summary>The rules of all batches that were taken in are in the kernel.</summary>
    public void OnApplied()
    {
        lock (_lock)
        {
            if (_waiting.IsNothing)
            {
                return;
            }

            _applied.Take(_waiting);
            _waiting = new Work();
        }

        _due.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _due.Reader.ReadAllAsync(cancellationToken))
        {
            var start = time.GetTimestamp();
            var done = await Task.Run(TryLook, cancellationToken);
            var pause = done ? time.GetElapsedTime(start) * PausePerLook : RetryPause;
            await Task.Delay(pause > LeastPause ? pause : LeastPause, time, cancellationToken);
        }
    }

    private void OnMessage(DataplaneMessage message)
    {
        switch (message)
        {
            case IpSetDelta delta:
                _waiting.MayDeny |= (_effects ??= new SetEffects(_state.Rules)).MayDeny(delta);
                break;
            case ActivePolicyUpdate or ActiveProfileUpdate or IpSetUpdate:
                _waiting.MayDeny = true;
                _effects = null;
                break;
            case ActivePolicyRemove or ActiveProfileRemove:
                _effects = null;
                break;
            case WorkloadEndpointUpdate endpoint:
                OnEndpoint(_state.Endpoint(endpoint.Id), endpoint);
                break;
            case WorkloadEndpointRemove { Id: var id }:
                OnEndpoint(_state.Endpoint(id), null);
                break;
            case InSync:
                // Policy may have changed while no agent looked.
                _isInSync = true;
                _waiting.MayDeny = true;
                break;
        }

        _state.Apply(message);
    }

    private void OnEndpoint(WorkloadEndpointUpdate? before, WorkloadEndpointUpdate? after)
    {
        // A new endpoint has no connections yet.
        _waiting.MayDeny |= _isInSync && before is not null && after is not null;
        _waiting.Left.UnionWith(ActiveState.AddressesOf(before).Except(ActiveState.AddressesOf(after)));
    }

    private bool TryLook()
    {
        Work work;
        lock (_lock)
        {
            work = _applied;
            _applied = new Work();
        }

        try
        {
            Look(work);
            if (_failure is not null)
            {
                _failure = null;
                ConntrackLog.Recovered(log);
            }

            return true;
        }
        catch (NetlinkException e)
        {
            if (_failure != e.Message)
            {
                _failure = e.Message;
                ConntrackLog.Failed(log, e.Message);
            }

            lock (_lock)
            {
                _applied.Take(work);
            }

            _due.Writer.TryWrite(true);
            return false;
        }
    }

    private void Look(Work work)
    {
        HashSet<IpAddress> local;
        lock (_lock)
        {
            local = [.. _state.LocalAddresses];
        }

        // An address that came back is its new owner's: policy says which connections stay.
        work.MayDeny |= work.Left.Overlaps(local);
        work.Left.ExceptWith(local);
        var judges = options.CutsDeniedFlows && work.MayDeny && local.Count > 0;
        if (!judges && work.Left.Count == 0)
        {
            return;
        }

        var start = time.GetTimestamp();
        var judge = new FlowJudge(_state, options.EndpointToHost != EndpointToHostAction.Drop);
        var hostAddresses = conntrack.HostAddresses();
        List<ConntrackEntry> doomed = [];
        var (seen, left) = (0, 0);

        void Visit(in ConntrackEntry entry)
        {
            seen++;
            if (Involves(entry, work.Left))
            {
                left++;
                doomed.Add(entry);
            }
            else if (judges && IsJudged(entry, local) && IsDenied(judge, entry, hostAddresses))
            {
                doomed.Add(entry);
            }
        }

        conntrack.Read(IpFamily.IPv4, Visit);
        if (options.WithIPv6)
        {
            conntrack.Read(IpFamily.IPv6, Visit);
        }

        ConntrackLog.Looked(log, seen, time.GetElapsedTime(start).TotalMilliseconds);
        if (doomed.Count > 0)
        {
            conntrack.Delete(doomed);
            ConntrackLog.Cut(log, doomed.Count - left, left);
        }
    }

    private static bool Involves(in ConntrackEntry entry, HashSet<IpAddress> addresses) => addresses.Count > 0
        && (addresses.Contains(entry.Original.Source) || addresses.Contains(entry.Original.Destination)
            || addresses.Contains(entry.Reply.Source) || addresses.Contains(entry.Reply.Destination));

    // Zones are of others who track connections, and what a helper expects is allowed by the connection that it belongs to.
    private static bool IsJudged(in ConntrackEntry entry, HashSet<IpAddress> local) =>
        entry is { Zone: 0, IsExpected: false } && (local.Contains(entry.Original.Source) || local.Contains(entry.Reply.Source));

    private bool IsDenied(FlowJudge judge, in ConntrackEntry entry, IReadOnlySet<IpAddress> hostAddresses)
    {
        // One at a time, so that the loop never waits for a whole table.
        lock (_lock)
        {
            return judge.Denies(Flow.Of(entry), hostAddresses);
        }
    }

    /// <summary>Why the tracked connections are to be looked at.</summary>
    private sealed class Work
    {
        public bool MayDeny { get; set; }

        public HashSet<IpAddress> Left { get; } = [];

        public bool IsNothing => !MayDeny && Left.Count == 0;

        public void Take(Work other)
        {
            MayDeny |= other.MayDeny;
            Left.UnionWith(other.Left);
        }
    }
}
