using System.Net.Security;
using System.Runtime.CompilerServices;
using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;
using Calico.Store.Transport;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Store.Etcd;

/// <summary>etcd's API v3 as a key-value store. For concurrent use; keeps one connection per endpoint.</summary>
public sealed class EtcdClient : IKeyValueStore, IAsyncDisposable
{
    // How often a list starts again because its revision was compacted while it was read.
    private const int ListTries = 3;

    private readonly GrpcChannel _channel;
    private readonly EtcdCaller _caller;
    private readonly ILogger _log;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public EtcdClient(EtcdOptions options, ILogger? log = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        EtcdOptionsParser.Check(options);
        _log = log ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;

        // Every endpoint may be a black hole but one, and that one still gets its turn.
        var connectTimeout = options.CallTimeout / (options.Endpoints.Count + 1);
        _channel = new GrpcChannel(new EndpointConnector(Tls(options), connectTimeout, _log).CreateHandler());
        _caller = new EtcdCaller(options, _channel, _time);
    }

    /// <summary>The last attempt to speak with etcd succeeded; false before the first.</summary>
    public bool IsConnected => _caller.IsConnected;

    /// <summary>Attempts that no endpoint answered, and watches that broke off, since the start.</summary>
    public long Failures => _caller.Failures;

    /// <inheritdoc/>
    public async Task<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var keyValues = new List<KeyValue>();
                var revision = 0L;
                await foreach (var page in PagesAsync(request, cancellationToken))
                {
                    keyValues.AddRange(page.KeyValues);
                    revision = page.Revision;
                }

                return new RangeResult(revision, keyValues);
            }
            catch (StoreCompactedException) when (request.Revision == 0 && attempt < ListTries)
            {
                // The pages' revision went away between two pages. "Now" may as well be a later one.
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RangeResult> PagesAsync(RangeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var page = FirstPage(request);
        var attempted = $"reading {request.Key}{(request.IsPrefix ? "*" : "")}";
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var coming = ReadAsync();
        try
        {
            while (true)
            {
                var response = await coming;
                var hasMore = response.More && response.Kvs.Count > 0;
                if (page.Revision == 0)
                {
                    page.Revision = response.Header?.Revision ?? 0;
                }

                if (hasMore)
                {
                    // From the first key that can come after the last one; the store reads it while the caller works on this page.
                    page.Key = ByteString.CopyFrom([.. response.Kvs[^1].Key.Span, 0]);
                    coming = ReadAsync();
                }

                yield return new RangeResult(page.Revision, EtcdMessages.KeyValues(response.Kvs));
                if (!hasMore)
                {
                    yield break;
                }
            }
        }
        finally
        {
            // A page that nobody asks for any more, whatever has become of it.
            await abandoned.CancelAsync();
            await coming.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Task<RangeResponse> ReadAsync() => CallAsync(attempted, EtcdMethods.Range, page, isRepeatable: true, abandoned.Token);
    }

    /// <inheritdoc/>
    public async Task<TxnResult> TxnAsync(TxnRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isRepeatable = request.Then.Concat(request.Else).All(operation => operation is StoreOp.Get);
        var call = new EtcdCall<TxnResponse>(Describe(request), EtcdMethods.Txn, EtcdMessages.ToProto(request), isRepeatable);
        return EtcdMessages.FromProto(request, await _caller.CallAsync(call, cancellationToken));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var watch = new EtcdWatch(_caller, request, _log, _time);
        while (true)
        {
            yield return await watch.NextAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromSeconds(1));
        var request = new LeaseGrantRequest { Ttl = (long)Math.Ceiling(timeToLive.TotalSeconds) };

        // A lease too many, of an attempt whose answer was lost, ends by itself.
        var response = await CallAsync("granting a lease", EtcdMethods.LeaseGrant, request, isRepeatable: true, cancellationToken);
        return response.Error.Length == 0 ? response.Id : throw new StoreException($"granting a lease failed: {response.Error}");
    }

    /// <inheritdoc/>
    public async Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken)
    {
        // A stream by its definition, but one request and the end of the request bring one answer and the end of the answer.
        var request = new LeaseKeepAliveRequest { Id = lease };
        var response = await CallAsync($"renewing lease {lease:x}", EtcdMethods.LeaseKeepAlive, request, isRepeatable: true, cancellationToken);
        return response.Ttl > 0;
    }

    /// <summary>Ends a lease and deletes its keys; one that is gone already is no error.</summary>
    public async Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken)
    {
        try
        {
            var request = new LeaseRevokeRequest { Id = lease };
            await CallAsync($"revoking lease {lease:x}", EtcdMethods.LeaseRevoke, request, isRepeatable: true, cancellationToken);
        }
        catch (StoreException e) when (e.InnerException is GrpcException { Status.Code: GrpcStatusCode.NotFound })
        {
            // Revoked before, or expired.
        }
    }

    public ValueTask DisposeAsync()
    {
        _caller.Dispose();
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<TResponse> CallAsync<TResponse>(
        string attempted, GrpcMethod<TResponse> method, IMessage request, bool isRepeatable, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse> =>
        _caller.CallAsync(new EtcdCall<TResponse>(attempted, method, request, isRepeatable), cancellationToken);

    private static Protos.RangeRequest FirstPage(RangeRequest request) => new()
    {
        Key = EtcdMessages.Start(request.Key, request.IsPrefix),
        RangeEnd = EtcdMessages.End(request.Key, request.IsPrefix, request.Until),
        Limit = request.IsPrefix ? request.PageSize : 0,
        Revision = request.Revision,
        KeysOnly = request.KeysOnly,
    };

    private static TlsOptions Tls(EtcdOptions options) => new()
    {
        Authorities = PemSource.File(options.CaCertFile),
        Certificate = PemSource.File(options.CertFile),
        Key = PemSource.File(options.KeyFile),
        Protocols = [SslApplicationProtocol.Http2],
    };

    private static string Describe(TxnRequest request)
    {
        var count = request.Then.Count;
        return count == 0 ? "an empty transaction" : $"the transaction on {request.Then[0].Key}{(count == 1 ? "" : $" and {count - 1} more")}";
    }
}
