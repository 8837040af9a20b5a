using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Etcd;

/// <summary>A watch of a prefix that survives broken streams: it goes on after the last revision it has seen whole.</summary>
/// <remarks>
/// Liveness comes from HTTP/2 pings (see <see cref="Calico.Store.Transport.EndpointConnector"/>), not from etcd's progress requests: before 3.4.25 and 3.5.8 their
/// answers could run ahead of events not yet sent (etcd 15220), and <c>etcd grpc-proxy</c> does not serve them, some versions crash (etcd 12311, 19710).
/// </remarks>
internal sealed class EtcdWatch : IDisposable
{
    // etcd sends progress of a quiet watch every 10 minutes; a stream that is silent for longer than two of them no longer works.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(21);

    private readonly EtcdCaller _caller;
    private readonly TimeProvider _time;
    private readonly Outage _outage;
    private readonly WatchRequest _request;
    private readonly List<WatchEvent> _fragments = [];
    private GrpcStream<WatchResponse>? _stream;
    private long _next;
    private ulong _cluster;
    private bool _isCreated;
    private bool _isTokenFresh;

    public EtcdWatch(EtcdCaller caller, WatchRequest request, ILogger log, TimeProvider time)
    {
        _caller = caller;
        _request = request;
        _next = request.FromRevision;
        _time = time;
        _outage = new Outage($"The watch of {request.Prefix} in etcd", log, time);
    }

    /// <summary>The next changes, or a sign of progress.</summary>
    /// <exception cref="StoreCompactedException">What comes next is no longer kept.</exception>
    /// <exception cref="StoreException">etcd refuses the watch.</exception>
    public async ValueTask<WatchBatch> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _stream ??= await OpenAsync(cancellationToken);
                var response = await ReadAsync(_stream, cancellationToken);
                if (await AcceptAsync(response, cancellationToken) is { } batch)
                {
                    return batch;
                }
            }
            catch (StoreException e) when (IsDenied(e) && !_isTokenFresh && _caller.RejectToken(_stream?.Token))
            {
                // A watch with an outdated token is refused in the same words as one that is not permitted, so one more try tells.
                _isTokenFresh = true;
                Close();
            }
            catch (Exception e) when (IsTrouble(e))
            {
                LeaveStream();
                await _outage.FailedAsync(EtcdErrors.Reason(e), cancellationToken);
            }
        }
    }

    public void Dispose() => Close();

    private Task<GrpcStream<WatchResponse>> OpenAsync(CancellationToken cancellationToken)
    {
        var create = new WatchCreateRequest
        {
            Key = EtcdMessages.Start(_request.Prefix, isPrefix: true),
            RangeEnd = EtcdMessages.End(_request.Prefix, isPrefix: true, _request.Until),
            StartRevision = _next,
            ProgressNotify = true,
            Fragment = true,
        };
        return _caller.OpenAsync(
            new EtcdCall<WatchResponse>($"watching {_request.Prefix}", EtcdMethods.Watch, new Protos.WatchRequest { CreateRequest = create }, isRepeatable: true),
            cancellationToken);
    }

    private async ValueTask<WatchResponse> ReadAsync(GrpcStream<WatchResponse> stream, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await stream.ReadAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {LongestSilence.TotalMinutes:0} minutes", e);
        }
        catch (GrpcException e) when (EtcdErrors.IsDenied(e.Status))
        {
            throw Denied(e.Message);
        }
    }

    private async ValueTask<WatchBatch?> AcceptAsync(WatchResponse response, CancellationToken cancellationToken)
    {
        if (response.Canceled)
        {
            throw Ended(response);
        }

        if (response.Created)
        {
            await CheckSameHistoryAsync(response.Header, cancellationToken);
            _outage.Over();
            _isCreated = true;
            _isTokenFresh = false;
            return null;
        }

        foreach (var change in response.Events)
        {
            _fragments.Add(EtcdMessages.FromProto(change));
        }

        if (response.Fragment)
        {
            return null;
        }

        // The header holds the store's revision, which can be ahead of events still to come; only without events is it progress.
        var revision = _fragments.Count > 0 ? _fragments[^1].Revision : response.Header?.Revision ?? 0;
        if (revision < _next)
        {
            return null;
        }

        var batch = new WatchBatch(revision, _fragments.ToArray());
        _fragments.Clear();
        _next = revision + 1;
        return batch;
    }

    /// <summary>Notices a store that was restored or emptied meanwhile: waiting for our next revision would then be waiting for a stranger's.</summary>
    private async ValueTask CheckSameHistoryAsync(ResponseHeader? header, CancellationToken cancellationToken)
    {
        if (header is null)
        {
            return;
        }

        if (_next == 0)
        {
            _next = header.Revision + 1;
        }

        var before = _cluster;
        _cluster = header.ClusterId != 0 ? header.ClusterId : before;
        if (before != 0 && before != _cluster)
        {
            throw new StoreCompactedException($"watching {_request.Prefix}: another etcd cluster answers now");
        }

        // A member that lags behind says a low revision too, but a linearizable read tells the truth.
        if (header.Revision < _next - 1 && await RevisionAsync(cancellationToken) is var current && current < _next - 1)
        {
            throw new StoreCompactedException($"watching {_request.Prefix}: etcd is at revision {current}, before the {_next - 1} already seen");
        }
    }

    private async Task<long> RevisionAsync(CancellationToken cancellationToken)
    {
        var request = new Protos.RangeRequest { Key = EtcdMessages.Start(_request.Prefix, isPrefix: true), Limit = 1, KeysOnly = true };
        var response = await _caller.CallAsync(
            new EtcdCall<RangeResponse>("reading etcd's revision", EtcdMethods.Range, request, isRepeatable: true), cancellationToken);
        return response.Header?.Revision ?? long.MaxValue;
    }

    private Exception Ended(WatchResponse response) =>
        response.CompactRevision > 0
            ? new StoreCompactedException($"watching {_request.Prefix}: revision {_next} is compacted, the oldest kept is {response.CompactRevision}")
            {
                CompactRevision = response.CompactRevision,
            }
            : response.CancelReason.Contains("permission denied", StringComparison.Ordinal)
                ? Denied(response.CancelReason)
                : new IOException($"etcd cancelled the watch: {response.CancelReason}");

    private StoreException Denied(string reason) => new($"watching {_request.Prefix} failed: {reason}; the etcd user needs a role that may read it");

    private static bool IsDenied(StoreException e) => !e.IsUnavailable && e is not StoreCompactedException;

    private void LeaveStream()
    {
        if (_stream is { } stream)
        {
            _caller.Leave(stream.Endpoint);
            if (!_isCreated)
            {
                // etcd may also end the watch of an outdated token without a word.
                _caller.RejectToken(stream.Token);
            }
        }

        Close();
    }

    // A broken stream, a server in trouble, an unreachable one: all but a refusal.
    private static bool IsTrouble(Exception e) => e switch
    {
        StoreCompactedException => false,
        StoreException store => store.IsUnavailable,
        _ => e is GrpcException or IOException or HttpRequestException or InvalidDataException or InvalidProtocolBufferException,
    };

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
        _isCreated = false;
        _fragments.Clear();
    }
}
