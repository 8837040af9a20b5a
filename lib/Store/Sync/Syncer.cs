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
    private readonly KnownKeys _known = new();
    private long _revision;
    private bool _isInSync;

    public Syncer(IKeyValueStore store, string prefix, ILogger log, TimeProvider? time = null)
    {
        _store = store;
        _prefix = prefix;
        _log = log;
        _outage = new Outage($"Following {prefix}", log, time ?? TimeProvider.System);
    }

    /// <summary>Keys from this one on are not followed; null follows all.</summary>
    public string? Until { get; init; }

    /// <summary>
    /// The events, until the token is cancelled: a Set per key and then InSync; then Set and Removed as they happen. (A list that broke off begins anew:
    /// before InSync a key may be told twice, and be Removed.) When the store no longer keeps
    /// what was missed, the difference is told and InSync follows again. To be run once.
    /// </summary>
    public async IAsyncEnumerable<StoreEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await foreach (var change in ListAsync(cancellationToken))
            {
                yield return change;
            }

            _known.Trim();
            _isInSync = true;
            yield return new StoreEvent.InSync(_revision);
            await foreach (var batch in WatchUntilCompactedAsync(cancellationToken))
            {
                foreach (var change in Apply(batch))
                {
                    yield return change;
                }
            }
        }
    }

    /// <summary>
    /// What differs between the store and what was told before. At first page by page as it is read, so that nobody ever holds all values of a large
    /// store; later as a whole, because who was in sync must not act on half a difference.
    /// </summary>
    private async IAsyncEnumerable<StoreEvent> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var vanished = new HashSet<string>(_known.All, StringComparer.Ordinal);
            var changed = new List<KeyValue>();
            await using var pages = _store.PagesAsync(RangeRequest.Prefix(_prefix) with { Until = Until }, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var end = false;
            while (!end && await NextAsync(pages, cancellationToken) is { } next)
            {
                end = next.IsEnd;
                changed.AddRange(Changed(next.Page, vanished));
                if (_isInSync && !end)
                {
                    continue;
                }

                // What vanished first: what it held (an address, a name) may belong to a new key.
                foreach (var key in end ? vanished : [])
                {
                    _known.Remove(key);
                    yield return new StoreEvent.Removed(key, _revision);
                }

                foreach (var keyValue in changed)
                {
                    _known.Set(keyValue.Key, keyValue.ModRevision);
                    yield return new StoreEvent.Set(keyValue);
                }

                changed.Clear();
            }

            if (end)
            {
                yield break;
            }
        }
    }

    /// <returns>The next page, an empty one at the end; null after a failure, when it is time to begin anew.</returns>
    private async Task<(RangeResult Page, bool IsEnd)?> NextAsync(IAsyncEnumerator<RangeResult> pages, CancellationToken cancellationToken)
    {
        try
        {
            var isEnd = !await pages.MoveNextAsync();
            _outage.Over();
            return isEnd ? (new RangeResult(_revision, []), true) : (pages.Current, false);
        }
        catch (StoreException e)
        {
            await _outage.FailedAsync(e.Message, cancellationToken);
            return null;
        }
    }

    private IEnumerable<KeyValue> Changed(RangeResult page, HashSet<string> vanished)
    {
        if (page.Revision < _revision)
        {
            // A store that went back in time was restored or replaced: its revisions say nothing about what we know.
            foreach (var key in vanished)
            {
                _known.Set(key, 0);
            }
        }

        _revision = page.Revision;
        vanished.ExceptWith(page.KeyValues.Select(keyValue => keyValue.Key));
        return page.KeyValues.Where(keyValue => _known.RevisionOf(keyValue.Key) != keyValue.ModRevision);
    }

    /// <summary>Ends when the store no longer keeps what comes next; goes on through all other trouble.</summary>
    private async IAsyncEnumerable<WatchBatch> WatchUntilCompactedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var watch = _store.WatchAsync(new WatchRequest(_prefix, _revision + 1, Until), cancellationToken).GetAsyncEnumerator(cancellationToken);
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

    private IEnumerable<StoreEvent> Apply(WatchBatch batch)
    {
        foreach (var change in batch.Events)
        {
            if (change.After is { } keyValue)
            {
                _known.Set(change.Key, keyValue.ModRevision);
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
