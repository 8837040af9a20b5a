namespace Calico.Store;

/// <summary>What we ask of the datastore. Two implementations: <c>EtcdClient</c>, and the in-memory store of the tests.</summary>
/// <remarks>Every call has a deadline of its own besides the token, and throws <see cref="StoreException"/> when the store does not answer.</remarks>
public interface IKeyValueStore
{
    /// <summary>Reads a key or all keys with a prefix, linearizable. Long lists are read in pages, all at the revision of the first.</summary>
    Task<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The same page by page, for lists that nobody wants to hold as a whole: at least one page, all at the revision of the first. Throws
    /// <see cref="StoreCompactedException"/> when the store gave that revision up before the last page was read.
    /// </summary>
    IAsyncEnumerable<RangeResult> PagesAsync(RangeRequest request, CancellationToken cancellationToken);

    /// <summary>Runs one transaction: if all compares hold the Then operations happen, else the Else operations, atomically.</summary>
    Task<TxnResult> TxnAsync(TxnRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Watches keys. Yields batches, one per revision or several in order; an empty batch is a sign of progress.
    /// Reconnects by itself; throws <see cref="StoreCompactedException"/> when the revision is gone and the caller must list again.
    /// </summary>
    IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a lease that ends <paramref name="timeToLive"/> (whole seconds, at least 1) after the last keep-alive.</summary>
    Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Renews a lease once; returns false if it is gone.</summary>
    Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken);

    Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken);
}
