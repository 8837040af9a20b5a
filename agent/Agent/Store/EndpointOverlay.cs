using System.Text.Json;
using System.Threading.Channels;
using Calico.Agent.Api.Outage;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Sync;

namespace Calico.Agent.Store;

/// <summary>
/// Lays over the store's endpoints what the journal has yet to tell it: a list of the store's must not take the policy from a pod that the store does not
/// know, nor give it back to one that is gone. The follower passes the store's events through; what is laid over comes to it by <see cref="Changes"/>.
/// </summary>
internal sealed class EndpointOverlay : ILocalEndpoints
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OverlaidEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, (string Container, long Mark)> _marks = new(StringComparer.Ordinal);
    private long _lastMark;

    /// <summary>The keys of endpoints of which something else is believed now.</summary>
    public ChannelReader<string> Changes => _changes.Reader;

    /// <summary>What the store said, of an endpoint with nothing laid over; set before the follower runs.</summary>
    public Func<string, Resource<WorkloadEndpointSpec>?> Stored { get; set; } = _ => null;

    /// <summary>Set before the follower runs.</summary>
    public Func<bool> InSync { get; set; } = () => false;

    public bool IsInSync => InSync();

    /// <summary>How many changes were made so far; those that <see cref="Now"/> has told of are no more than this.</summary>
    public long LastMark
    {
        get
        {
            lock (_lock)
            {
                return _lastMark;
            }
        }
    }

    public Resource<WorkloadEndpointSpec>? Find(string key)
    {
        lock (_lock)
        {
            if (_endpoints.TryGetValue(key, out var overlaid))
            {
                return overlaid.Shown ?? (overlaid is { IsStoredVisible: true, Stored: { } stored } ? Read(stored) : null);
            }
        }

        return Stored(key);
    }

    /// <summary>The number of the change that brought a container's endpoint, if the store did not bring it; else 0.</summary>
    public long MarkOf(string key, string container)
    {
        lock (_lock)
        {
            return _endpoints.ContainsKey(key) && _marks.TryGetValue(key, out var mark) && mark.Container == container ? mark.Mark : 0;
        }
    }

    public void Show(JournalEntry added) => Change(added, overlaid => overlaid.Show(added.Id, added.Identity.ContainerId, added.Endpoint!));

    public void Hide(JournalEntry deleted) => Change(deleted, overlaid => overlaid.Hide(deleted.Id, deleted.Identity.ContainerId));

    public void Confirm(JournalEntry told, long revision)
    {
        lock (_lock)
        {
            if (_endpoints.TryGetValue(told.EndpointKey, out var overlaid))
            {
                overlaid.Confirm(told.Id, told.Identity.ContainerId, revision);
                _changes.Writer.TryWrite(told.EndpointKey);
            }
        }
    }

    /// <summary>What becomes of an event of the store's: null when it changes nothing of what is believed. For the follower alone.</summary>
    public StoreEvent? Pass(StoreEvent change)
    {
        lock (_lock)
        {
            if (_endpoints.Count == 0)
            {
                return change;
            }

            switch (change)
            {
                case StoreEvent.Set { KeyValue: var keyValue } when _endpoints.TryGetValue(keyValue.Key, out var overlaid):
                    overlaid.Store(keyValue, Read(keyValue)?.Spec.ContainerId, keyValue.ModRevision);
                    return Settle(keyValue.Key, overlaid) || overlaid.IsStoredVisible ? change : null;
                case StoreEvent.Removed removed when _endpoints.TryGetValue(removed.Key, out var overlaid):
                    overlaid.Store(null, null, removed.Revision);
                    return Settle(removed.Key, overlaid) || overlaid.Shown is null ? change : null;
                case StoreEvent.InSync inSync:
                    foreach (var (key, overlaid) in _endpoints)
                    {
                        overlaid.InSync(inSync.Revision);
                        _changes.Writer.TryWrite(key);
                    }

                    return change;
                default:
                    return change;
            }
        }
    }

    /// <summary>What is believed now of an endpoint from <see cref="Changes"/>; null when only the store's own events tell. For the follower alone.</summary>
    public StoreEvent? Now(string key)
    {
        lock (_lock)
        {
            if (!_endpoints.TryGetValue(key, out var overlaid))
            {
                return null;
            }

            var isOver = Settle(key, overlaid);
            if (!isOver && overlaid.Shown is { } shown)
            {
                return new StoreEvent.Set(new KeyValue(key, ModelJson.Write(shown), 0, 0, 0));
            }

            return overlaid.Stored is { } stored && (isOver || overlaid.IsStoredVisible) ? new StoreEvent.Set(stored) : new StoreEvent.Removed(key, 0);
        }
    }

    private void Change(JournalEntry entry, Action<OverlaidEndpoint> change)
    {
        var stored = Stored(entry.EndpointKey);
        lock (_lock)
        {
            if (!_endpoints.TryGetValue(entry.EndpointKey, out var overlaid))
            {
                _endpoints[entry.EndpointKey] = overlaid = new OverlaidEndpoint();
                if (stored is not null)
                {
                    // At revision 0: whatever the store says next is newer.
                    overlaid.Store(new KeyValue(entry.EndpointKey, ModelJson.Write(stored), 0, 0, 0), stored.Spec.ContainerId, 0);
                }
            }

            change(overlaid);
            _lastMark++;
            if (entry.IsAdd)
            {
                _marks[entry.EndpointKey] = (entry.Identity.ContainerId, _lastMark);
            }

            _changes.Writer.TryWrite(entry.EndpointKey);
        }
    }

    private bool Settle(string key, OverlaidEndpoint overlaid)
    {
        if (!overlaid.IsOver)
        {
            return false;
        }

        _endpoints.Remove(key);
        _marks.Remove(key);
        return true;
    }

    private static Resource<WorkloadEndpointSpec>? Read(KeyValue keyValue)
    {
        try
        {
            return ModelJson.Read<Resource<WorkloadEndpointSpec>>(keyValue.Value.Span);
        }
        catch (JsonException)
        {
            return null; // the calculation reports it
        }
    }
}
