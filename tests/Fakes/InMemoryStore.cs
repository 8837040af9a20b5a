using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Calico.Store;

namespace Calico.Tests.Fakes;

/// <summary>
/// etcd in memory: revisions, transactions, watches, compaction and leases behave as the server's do. Faults are one-shot, and
/// <see cref="Gate"/> lets a test decide which caller goes next. Safe for concurrent callers.
/// </summary>
public sealed class InMemoryStore : IKeyValueStore
{
    private readonly Lock _lock = new();
    private readonly VersionedKeys _keys = new();
    private readonly LeaseTable _leases;
    private readonly List<(WatchRequest Request, Channel<WatchBatch> Channel)> _watches = [];
    private readonly Queue<(StoreFault Fault, Func<StoreCall, bool> Applies, Exception Error)> _faults = [];
    private readonly List<StoreCall> _calls = [];

    public InMemoryStore(TimeProvider? time = null) => _leases = new LeaseTable(time ?? TimeProvider.System, Expire);

    /// <summary>Awaited before every call takes effect, with the call that waits; null lets all pass.</summary>
    public Func<StoreCall, CancellationToken, Task>? Gate { get; set; }

    /// <summary>While true every call fails as if nothing listened at the endpoint.</summary>
    public bool IsDown { get; set; }

    /// <summary>Keys of a page, whatever the request says; null is as the request says.</summary>
    public int? PageSize { get; set; }

    public long Revision
    {
        get
        {
            lock (_lock)
            {
                return _keys.Revision;
            }
        }
    }

    /// <summary>Every call so far, in order of arrival.</summary>
    public IReadOnlyList<StoreCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The next call that <paramref name="applies"/> fails once; several faults queue up.</summary>
    public void FailNext(StoreFault fault, Func<StoreCall, bool>? applies = null, Exception? error = null)
    {
        lock (_lock)
        {
            _faults.Enqueue((fault, applies ?? (_ => true), error ?? new StoreException("the connection was lost") { IsUnavailable = true }));
        }
    }

    /// <summary>Ends every open watch with an error.</summary>
    public void FailWatches(Exception error)
    {
        lock (_lock)
        {
            _watches.ForEach(w => w.Channel.Writer.TryComplete(error));
            _watches.Clear();
        }
    }

    /// <summary>Tells every watcher that it has seen everything up to now.</summary>
    public void SendProgress()
    {
        lock (_lock)
        {
            _watches.ForEach(w => w.Channel.Writer.TryWrite(new WatchBatch(_keys.Revision, [])));
        }
    }

    /// <summary>Drops history older than <paramref name="revision"/>; the current value of every key stays.</summary>
    public void Compact(long revision)
    {
        lock (_lock)
        {
            _keys.Compact(revision);
        }
    }

    /// <summary>Writes one key outside of gate and faults, for the arrangement of a test. Returns the new revision.</summary>
    public long Put(string key, string value)
    {
        lock (_lock)
        {
            return Apply([new StoreOp.Put(key, Encoding.UTF8.GetBytes(value))], []);
        }
    }

    /// <summary>Deletes one key outside of gate and faults.</summary>
    public void Delete(string key)
    {
        lock (_lock)
        {
            Apply([new StoreOp.Delete(key)], []);
        }
    }

    /// <summary>All current keys with their values as text.</summary>
    public IReadOnlyDictionary<string, string> Contents()
    {
        lock (_lock)
        {
            return _keys.Texts();
        }
    }

    public Task<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) =>
        CallAsync(new StoreCall("Range", request.Key), () => _keys.Range(request, _keys.Revision), cancellationToken);

    public async IAsyncEnumerable<RangeResult> PagesAsync(RangeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var size = PageSize ?? request.PageSize;
        for (var told = 0; ; told += size)
        {
            var all = await RangeAsync(request, cancellationToken);
            request = request with { Revision = request.Revision > 0 ? request.Revision : all.Revision };
            yield return new RangeResult(request.Revision, [.. all.KeyValues.Skip(told).Take(size)]);
            if (all.KeyValues.Count <= told + size)
            {
                yield break;
            }
        }
    }

    public Task<TxnResult> TxnAsync(TxnRequest request, CancellationToken cancellationToken) =>
        CallAsync(new StoreCall("Txn", $"{request.Compares.Count}/{request.Then.Count}/{request.Else.Count}"), () => Run(request), cancellationToken);

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        CallAsync(new StoreCall("GrantLease", timeToLive.ToString()), () => _leases.Grant(timeToLive), cancellationToken);

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) =>
        CallAsync(new StoreCall("KeepAlive", $"{lease}"), () => _leases.KeepAlive(lease), cancellationToken);

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) =>
        CallAsync(new StoreCall("RevokeLease", $"{lease}"), () => End(lease), cancellationToken);

    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var channel = await CallAsync(new StoreCall("Watch", request.Prefix), () => Open(request), cancellationToken);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watches.RemoveAll(w => w.Channel == channel);
            }
        }
    }

    private async Task<T> CallAsync<T>(StoreCall call, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Gate is { } gate)
        {
            await gate(call, cancellationToken);
        }

        lock (_lock)
        {
            _calls.Add(call);
            if (IsDown)
            {
                throw new StoreException("no endpoint of the store answers") { IsUnavailable = true };
            }

            var failing = _faults.TryPeek(out var next) && next.Applies(call);
            if (failing)
            {
                _faults.Dequeue();
                if (next.Fault == StoreFault.BeforeEffect)
                {
                    throw next.Error;
                }
            }

            var result = effect();
            return failing ? throw next.Error : result;
        }
    }

    private TxnResult Run(TxnRequest request)
    {
        TxnRules.Check(request);
        var succeeded = _keys.Compares(request);
        var gets = new List<RangeResult>();
        Apply(succeeded ? request.Then : request.Else, gets);
        return new TxnResult(succeeded, _keys.Revision, gets);
    }

    /// <summary>Runs operations in order, all at one new revision; only a change makes a new revision.</summary>
    private long Apply(IReadOnlyList<StoreOp> operations, List<RangeResult> gets)
    {
        foreach (var put in operations.OfType<StoreOp.Put>().Where(p => p.Lease != 0 && !_leases.Exists(p.Lease)))
        {
            throw new StoreException($"etcdserver: requested lease not found ({put.Lease})");
        }

        var next = _keys.Revision + 1;
        var changed = false;
        foreach (var operation in operations)
        {
            switch (operation)
            {
                case StoreOp.Put put:
                    _keys.Put(put.Key, put.Value, put.Lease, next);
                    changed = true;
                    break;
                case StoreOp.Delete delete:
                    changed |= _keys.Delete(delete.Key, delete.IsPrefix, next);
                    break;
                case StoreOp.Get get:
                    gets.Add(_keys.Range(new RangeRequest(get.Key, get.IsPrefix), changed ? next : _keys.Revision));
                    break;
                default:
                    throw new ArgumentException($"unknown operation {operation}", nameof(operations));
            }
        }

        if (changed)
        {
            _keys.Advance(next);
            Notify(next);
        }

        return _keys.Revision;
    }

    private void Notify(long revision)
    {
        var events = _keys.EventsSince(revision).ToList();
        foreach (var (request, channel) in _watches)
        {
            var seen = events.Where(e => IsOf(request, e)).ToList();
            if (seen.Count > 0)
            {
                channel.Writer.TryWrite(new WatchBatch(revision, seen));
            }
        }
    }

    private static bool IsOf(WatchRequest request, WatchEvent change) =>
        change.Key.StartsWith(request.Prefix, StringComparison.Ordinal) && VersionedKeys.IsBefore(change.Key, request.Until);

    private Channel<WatchBatch> Open(WatchRequest request)
    {
        var from = request.FromRevision == 0 ? _keys.Revision + 1 : request.FromRevision;
        _keys.RequireKept(from);
        var channel = Channel.CreateUnbounded<WatchBatch>();
        foreach (var past in _keys.EventsSince(from).Where(e => IsOf(request, e)).GroupBy(e => e.Revision))
        {
            channel.Writer.TryWrite(new WatchBatch(past.Key, [.. past]));
        }

        _watches.Add((request, channel));
        return channel;
    }

    private void Expire(long lease)
    {
        lock (_lock)
        {
            End(lease);
        }
    }

    private bool End(long lease)
    {
        var keys = _keys.KeysOfLease(lease);
        var existed = _leases.Remove(lease);
        Apply([.. keys.Select(key => new StoreOp.Delete(key))], []);
        return existed;
    }
}
