using System.Collections.Immutable;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Net;

namespace Calico.Agent.Api.Outage;

/// <summary>
/// What the journal says, as a whole: of each interface only the last entry counts, because the store is told what is and not what was. Entries that
/// the store knows stay until all are known: they say who had an address before. Not thread-safe.
/// </summary>
internal sealed class JournalState
{
    private readonly Dictionary<(string Handle, string Interface), JournalEntry> _last = [];
    private readonly SortedDictionary<long, JournalEntry> _pending = [];
    private long _lastId;

    /// <summary>What the store has yet to be told, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Pending => [.. _pending.Values];

    public int PendingCount => _pending.Count;

    /// <summary>Addresses that pods have, though the store counts them to the reserve.</summary>
    public IReadOnlyList<IpAddress> InUse => [.. _pending.Values.SelectMany(entry => entry.Addresses)];

    /// <summary>The last word about an interface; null when the store knows all about it.</summary>
    public JournalEntry? Find(WorkloadIdentity identity) =>
        _last.GetValueOrDefault(JournalEntry.SubjectOf(identity)) is { } entry && _pending.ContainsKey(entry.Id) ? entry : null;

    /// <summary>What is pending about another container under the same endpoint: it has been replaced.</summary>
    public JournalEntry? Replaced(WorkloadIdentity identity, string node)
    {
        var key = EtcdKeys.Endpoint(identity, node);
        return _pending.Values.FirstOrDefault(entry => entry.IsAdd && entry.EndpointKey == key && entry.Subject != JournalEntry.SubjectOf(identity));
    }

    /// <summary>A new entry, which remembers what the interface had before.</summary>
    public JournalEntry Next(JournalEntry entry)
    {
        var before = _last.GetValueOrDefault(entry.Subject);
        ImmutableArray<IpAddress> returned = before is null ? [] : [.. before.Addresses.Where(_ => _pending.ContainsKey(before.Id)).Union(before.Returned).Except(entry.Addresses)];
        return entry with { Id = _lastId + 1, Returned = returned };
    }

    public void Add(JournalEntry entry)
    {
        if (_last.TryGetValue(entry.Subject, out var before))
        {
            _pending.Remove(before.Id);
        }

        _last[entry.Subject] = entry;
        _pending[entry.Id] = entry;
        _lastId = Math.Max(_lastId, entry.Id);
    }

    /// <summary>The store knows. Returns false if a later entry about the same interface came meanwhile.</summary>
    public bool Done(long id) => _pending.Remove(id);

    /// <summary>Others that had one of the addresses of an entry before.</summary>
    public IReadOnlyList<FormerHolder> FormersOf(JournalEntry entry) =>
    [
        .. _last.Values.Where(other => other.Subject != entry.Subject && other.Returned.Any(entry.Addresses.Contains))
            .Select(other => new FormerHolder(other.Identity.HandleId, other.Identity.ContainerId, other.EndpointKey)),
    ];

    /// <summary>Forgets everything; only when nothing is pending. Numbers go on.</summary>
    public void Clear() => _last.Clear();
}
