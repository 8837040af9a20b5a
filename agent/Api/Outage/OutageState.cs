using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// The reserve, the journal and whether the store is away, under one lock. An address leaves the reserve and a journal's entry is on the disk before a call is
/// answered; what the store says later never takes back what a pod has.
/// </summary>
public sealed class OutageState : IDisposable
{
    private readonly Lock _lock = new();
    private readonly OutageOptions _options;
    private readonly ILocalEndpoints _endpoints;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly OutageJournal _journal;
    private readonly ReserveStock _stock = new();
    private readonly SortedDictionary<long, string> _problems = [];
    private DateTimeOffset? _awaySince;

    /// <exception cref="IOException">The journal cannot be read.</exception>
    public OutageState(OutageOptions options, ILocalEndpoints endpoints, ILogger log, TimeProvider time)
    {
        (_options, _endpoints, _log, _time) = (options, endpoints, log, time);
        _journal = OutageJournal.Open(options.JournalFile, log);
        foreach (var entry in _journal.State.Pending)
        {
            Publish(entry);
        }
    }

    /// <summary>Called when there is something to tell the store.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Called when <see cref="Status"/> is no longer what it was.</summary>
    public Action StatusChanged { get; set; } = () => { };

    public bool IsEnabled => _options.Reserve > 0;

    public bool IsAway
    {
        get
        {
            lock (_lock)
            {
                return _awaySince is not null;
            }
        }
    }

    public OutageStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new OutageStatus(_awaySince, _stock.Count(IpFamily.IPv4), _stock.Count(IpFamily.IPv6), _journal.State.PendingCount, [.. _problems.Values]);
            }
        }
    }

    /// <summary>The store did not answer.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_awaySince is null)
            {
                _awaySince = _time.GetUtcNow();
                _log.Away(_stock.Count(IpFamily.IPv4), _stock.Count(IpFamily.IPv6));
                StatusChanged();
            }
        }

        Changed();
    }

    /// <summary>The store answers.</summary>
    public void Return()
    {
        lock (_lock)
        {
            if (_awaySince is { } since)
            {
                _log.Back((_time.GetUtcNow() - since).TotalSeconds, _journal.State.PendingCount);
                _awaySince = null;
                StatusChanged();
            }
        }
    }

    /// <summary>What the journal says of an interface; null when the store knows all about it.</summary>
    public JournalEntry? Find(WorkloadIdentity identity)
    {
        lock (_lock)
        {
            return _journal.Find(identity);
        }
    }

    /// <summary>Whether an ADD could be served without the store, as far as is known without doing it.</summary>
    public bool CanAssign(AssignRequest request)
    {
        lock (_lock)
        {
            return IsEnabled && _endpoints.IsInSync && _stock.Choose(request, _time.GetUtcNow()) is not null;
        }
    }

    /// <summary>Whether there is an address of each family.</summary>
    public bool HasFree(IEnumerable<IpFamily> families)
    {
        lock (_lock)
        {
            return IsEnabled && families.All(family => _stock.Count(family) > 0);
        }
    }

    /// <summary>Serves an ADD without the store. Null when the reserve has nothing for it.</summary>
    /// <exception cref="IpamException">The request contradicts itself, or the journal cannot be written.</exception>
    public Assignment? Assign(AssignRequest request)
    {
        var (key, now) = (EtcdKeys.Endpoint(request.Identity, request.Node), _time.GetUtcNow());
        JournalEntry entry;
        lock (_lock)
        {
            var existing = _endpoints.Find(key);
            if (existing is { Spec: var spec } && spec.ContainerId == request.Identity.ContainerId && spec.IPNetworks is { Count: > 0 } networks)
            {
                // The store knew it before it went away: a repeated ADD.
                return new Assignment([.. networks.Select(network => network.Address).Order()], request.WritesEndpoint ? spec : null);
            }

            if (_stock.Choose(request, now) is not { } addresses || _journal.IsFull)
            {
                return null;
            }

            var endpoint = request.WritesEndpoint ? OfflineRules.Endpoint(request, existing, addresses, now) : null;
            entry = _journal.Append(new JournalEntry(0, request.Identity, request.Node, addresses, [], endpoint, now));
            _stock.Take(addresses);
            Publish(entry);
            StatusChanged();
        }

        _log.Served(entry.ToString(), string.Join(", ", entry.Addresses));
        Changed();
        return entry.Assignment;
    }

    /// <summary>Serves a DEL without the store.</summary>
    /// <exception cref="IpamException">The journal cannot be written.</exception>
    public ReleaseResult Release(WorkloadIdentity identity, string node)
    {
        JournalEntry? before;
        lock (_lock)
        {
            before = _journal.Find(identity);
            if (before is { IsAdd: false })
            {
                return new ReleaseResult([], []);
            }

            var entry = _journal.Append(new JournalEntry(0, identity, node, [], [], null, _time.GetUtcNow()));
            if (before is not null && !_problems.Remove(before.Id))
            {
                // With a problem it may be somebody else's.
                _stock.Return(before.Addresses, _time.GetUtcNow());
            }

            Publish(entry);
            StatusChanged();
            _log.Served(entry.ToString(), string.Join(", ", before?.Addresses ?? []));
        }

        Changed();
        return new ReleaseResult(before?.Addresses ?? [], before?.Endpoint?.Spec.InterfaceName is { } name ? [name] : []);
    }

    /// <summary>The pending ADD of another container in the place of this one: the pod was started anew, and that one is no more.</summary>
    public JournalEntry? Replaced(WorkloadIdentity identity, string node)
    {
        lock (_lock)
        {
            return _journal.State.Replaced(identity, node);
        }
    }

    /// <summary>What the store is to be told, oldest first.</summary>
    public IReadOnlyList<(JournalEntry Entry, IpamRequest Request)> Pending(bool evenStuck)
    {
        lock (_lock)
        {
            return
            [
                .. _journal.State.Pending.Where(entry => evenStuck || !_problems.ContainsKey(entry.Id))
                    .Select(entry => (entry, entry.ToRequest(_journal.State.FormersOf(entry)))),
            ];
        }
    }

    /// <summary>The outcomes of telling.</summary>
    /// <exception cref="IOException">The journal cannot be written.</exception>
    public void Told(IReadOnlyList<(JournalEntry Entry, IpamOutcome Outcome)> told)
    {
        lock (_lock)
        {
            foreach (var (entry, outcome) in told.Where(each => each.Outcome.Error is not null))
            {
                Stuck(entry, $"{outcome.Error!.Message} ({outcome.Error.Details})");
            }

            var known = told.Where(each => each.Outcome.Error is null).ToList();
            var revisions = known.ToDictionary(each => each.Entry.Id, each => each.Outcome.Revision);
            foreach (var entry in _journal.Done([.. known.Select(each => each.Entry)]))
            {
                _stock.Forget(entry.Addresses);
                _problems.Remove(entry.Id);
                _endpoints.Confirm(entry, revisions[entry.Id]);
            }

            StatusChanged();
            if (known.Count > 0)
            {
                _log.Told(known.Count);
            }
        }
    }

    public void Stuck(JournalEntry entry, string problem)
    {
        lock (_lock)
        {
            if (_journal.Find(entry.Identity)?.Id != entry.Id)
            {
                return;
            }

            var text = $"{entry}: {problem}";
            if (_problems.GetValueOrDefault(entry.Id) != text)
            {
                _log.Stuck(entry.ToString(), problem);
            }

            _problems[entry.Id] = text;
            StatusChanged();
        }
    }

    /// <summary>Addresses that the store counts to the reserve and pods have.</summary>
    public IReadOnlyList<IpAddress> InUse
    {
        get
        {
            lock (_lock)
            {
                return _journal.State.InUse;
            }
        }
    }

    /// <summary>Nothing is given out until the reserve is read again: what decides about it has changed.</summary>
    public void Withdraw()
    {
        lock (_lock)
        {
            _stock.Withdraw();
        }
    }

    /// <summary>Takes over what the reserve holds in the store.</summary>
    public void Fill(ReserveContent content)
    {
        lock (_lock)
        {
            _stock.Fill(content, _journal.State.InUse);
            StatusChanged();
        }
    }

    public void Dispose() => _journal.Dispose();

    private void Publish(JournalEntry entry)
    {
        if (entry.Endpoint is not null)
        {
            _endpoints.Show(entry);
        }
        else if (!entry.IsAdd)
        {
            _endpoints.Hide(entry);
        }
    }
}
