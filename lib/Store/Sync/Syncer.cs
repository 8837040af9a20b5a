using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Sync;

/// <summary>Follows all keys with a prefix: tells what is there, that this is all, and from then on what changes. Never ends on trouble with the store.</summary>
/// <remarks>Remembers of each key only the revision of its last change, so that after a gap it can tell what changed and what vanished.</remarks>
public sealed class Syncer
{
    private readonly IKeyValueStore _store;
    private readonly string _prefix;
    private readonly ILogger _log;
    private readonly Outage _outage;
    private readonly Dictionary<string, long> _known = [];
    private long _revision;

    public Syncer(IKeyValueStore store, string prefix, ILogger log, TimeProvider? time = null)
    {
        _store = store;
        _prefix = prefix;
        _log = log;
        _outage = new Outage($"Following {prefix}", log, time ?? TimeProvider.System);
    }

    /// <summary>
    /// The events, until the token is cancelled: a Set per key and then InSync; then Set and Removed as they happen. When the store no longer keeps
    /// what was missed, the difference is told and InSync follows again. To be run once.
    /// </summary>
    public async IAsyncEnumerable<StoreEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = await ListAsync(cancellationToken);
            foreach (var change in Reconcile(list))
            {
                yield return change;
            }

            yield return new StoreEvent.InSync(list.Revision);
            await foreach (var batch in WatchUntilCompactedAsync(cancellationToken))
            {
                foreach (var change in Apply(batch))
                {
                    yield return change;
                }
            }
        }
    }

    private async Task<RangeResult> ListAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var list = await _store.RangeAsync(RangeRequest.Prefix(_prefix), cancellationToken);
                _outage.Over();
                return list;
            }
            catch (StoreException e)
            {
                await _outage.FailedAsync(e.Message, cancellationToken);
            }
        }
    }

    /// <summary>Ends when the store no longer keeps what comes next; goes on through all other trouble.</summary>
    private async IAsyncEnumerable<WatchBatch> WatchUntilCompactedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var watch = _store.WatchAsync(_prefix, _revision + 1, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await watch.MoveNextAsync())
                    {
                        throw new StoreException("the watch ended");
                    }
                }
                catch (StoreCompactedException e)
                {
                    StoreLog.Relist(_log, $"Following {_prefix}", e.Message);
                    yield break;
                }
                catch (StoreException e)
                {
                    await _outage.FailedAsync(e.Message, cancellationToken);
                    break;
                }

                _outage.Over();
                yield return watch.Current;
            }
        }
    }

    /// <summary>What differs between the list and what was told before.</summary>
    private IEnumerable<StoreEvent> Reconcile(RangeResult list)
    {
        // A store that went back in time was restored or replaced: its revisions say nothing about what we know.
        var isSameHistory = list.Revision >= _revision;
        _revision = list.Revision;

        // What vanished first: what it held (an address, a name) may belong to a new key.
        var vanished = new HashSet<string>(_known.Keys, StringComparer.Ordinal);
        vanished.ExceptWith(list.KeyValues.Select(keyValue => keyValue.Key));
        foreach (var key in vanished)
        {
            _known.Remove(key);
            yield return new StoreEvent.Removed(key, list.Revision);
        }

        foreach (var keyValue in list.KeyValues)
        {
            var isUnchanged = _known.TryGetValue(keyValue.Key, out var modRevision) && modRevision == keyValue.ModRevision && isSameHistory;
            _known[keyValue.Key] = keyValue.ModRevision;
            if (!isUnchanged)
            {
                yield return new StoreEvent.Set(keyValue);
            }
        }
    }

    private IEnumerable<StoreEvent> Apply(WatchBatch batch)
    {
        foreach (var change in batch.Events)
        {
            if (change.After is { } keyValue)
            {
                _known[change.Key] = keyValue.ModRevision;
                yield return new StoreEvent.Set(keyValue);
            }
            else if (_known.Remove(change.Key))
            {
                yield return new StoreEvent.Removed(change.Key, change.Revision);
            }
        }

        _revision = Math.Max(_revision, batch.Revision);
    }
}
