using System.Globalization;
using Calico.Store.Etcd.Grpc;
using Google.Protobuf;

namespace Calico.Store.Etcd;

/// <summary>Brings a call to an endpoint that does it, within the deadline.</summary>
/// <remarks>
/// The rules: an attempt of which no byte left is repeated at the next endpoint, whatever the call; so is one that the server refused to
/// begin. After that only calls that may happen twice are repeated, and others end as "unavailable", their outcome unknown. When no
/// endpoint can be connected to, the call ends at once; when one was reached, it is tried until the deadline.
/// </remarks>
internal sealed class EtcdCaller(EtcdOptions options, GrpcChannel channel, TimeProvider time) : IDisposable
{
    private readonly EndpointRing _ring = new(options.Endpoints);
    private readonly TokenSource _tokens = new(options, channel);
    private volatile bool _isConnected;
    private long _failures;

    /// <summary>The last attempt, of whatever call, reached a server that answered.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Attempts that nobody answered, and streams that broke.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <exception cref="StoreException">etcd refused, or nobody answered in time.</exception>
    public async Task<TResponse> CallAsync<TResponse>(EtcdCall<TResponse> call, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        using var timer = new CancellationTokenSource(options.CallTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var progress = new Progress();
        try
        {
            return await TryEndpointsAsync(call, progress, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            if (progress.Awaited is { } silent)
            {
                progress.Failures.Add($"no answer from {EtcdErrors.Name(silent)}");
                Leave(silent);
            }

            throw Unavailable(Text($"{call.Attempted} did not finish within {options.CallTimeout.TotalSeconds:0.###} s"), progress.Failures, e);
        }
    }

    /// <summary>Opens a stream at the preferred endpoint; one that fails is left for the next try.</summary>
    /// <exception cref="StoreException">It did not come about in time.</exception>
    public async Task<GrpcStream<TResponse>> OpenAsync<TResponse>(EtcdCall<TResponse> call, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        var endpoint = _ring.Preferred;
        using var timer = new CancellationTokenSource(options.CallTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await AttemptAsync(
                call,
                endpoint,
                keepOpen: true,
                (content, token) => channel.OpenAsync(endpoint, call.Method, content, token, deadline.Token),
                deadline.Token);
        }
        catch (AttemptFailedException e)
        {
            Leave(endpoint);
            throw Unavailable(call.Attempted + " failed", [e.Message], e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            Leave(endpoint);
            throw Unavailable(call.Attempted + " failed", [$"no answer from {EtcdErrors.Name(endpoint)}"], e);
        }
    }

    /// <summary>Prefers another endpoint to one whose stream broke.</summary>
    public void Leave(Uri endpoint)
    {
        _isConnected = false;
        Interlocked.Increment(ref _failures);
        _ring.Leave(endpoint);
    }

    /// <summary>Forgets a token that a stream was refused for; returns whether fetching another one may help.</summary>
    public bool RejectToken(string? refused) => _tokens.Reject(refused);

    public void Dispose() => _tokens.Dispose();

    private async Task<TResponse> TryEndpointsAsync<TResponse>(EtcdCall<TResponse> call, Progress progress, CancellationToken deadline)
        where TResponse : class, IMessage<TResponse>
    {
        var began = time.GetTimestamp();
        for (var round = 0; ; round++)
        {
            var wasReached = false;
            progress.Failures.Clear();
            var endpoints = _ring.InOrder();
            for (var i = 0; i < endpoints.Length; i++)
            {
                // A silent endpoint may use up its share of what is left, not all of it.
                var left = options.CallTimeout - time.GetElapsedTime(began);
                var share = call.IsRepeatable ? left / (endpoints.Length - i) : left;
                progress.Awaited = endpoints[i];
                try
                {
                    return await CallOnceAsync(call, endpoints[i], share, deadline);
                }
                catch (AttemptFailedException e)
                {
                    Leave(endpoints[i]);
                    progress.Awaited = null;
                    progress.Failures.Add(e.Message);
                    wasReached |= e.WasReached;
                    if (e.MayHaveHappened && !call.IsRepeatable)
                    {
                        throw Unavailable(call.Attempted + " may or may not have happened", [e.Message], e);
                    }
                }
            }

            if (!wasReached)
            {
                throw Unavailable(call.Attempted + " failed, no endpoint can be reached", progress.Failures, null);
            }

            await Task.Delay(Outage.Delay(round, Random.Shared.NextDouble()), time, deadline);
        }
    }

    private async Task<TResponse> CallOnceAsync<TResponse>(EtcdCall<TResponse> call, Uri endpoint, TimeSpan share, CancellationToken deadline)
        where TResponse : class, IMessage<TResponse>
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        attempt.CancelAfter(share > TimeSpan.Zero ? share : TimeSpan.Zero);
        try
        {
            return await AttemptAsync(
                call,
                endpoint,
                keepOpen: false,
                (content, token) => channel.CallAsync(endpoint, call.Method, content, token, share, attempt.Token),
                attempt.Token);
        }
        catch (OperationCanceledException e) when (!deadline.IsCancellationRequested && call.IsRepeatable)
        {
            throw new AttemptFailedException(Text($"{EtcdErrors.Name(endpoint)}: no answer within {share.TotalSeconds:0.#} s"), e) { MayHaveHappened = true, WasReached = true };
        }
    }

    private async Task<TResult> AttemptAsync<TResponse, TResult>(
        EtcdCall<TResponse> call, Uri endpoint, bool keepOpen, Func<GrpcContent, string?, Task<TResult>> send, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var content = new GrpcContent(call.Frame, keepOpen);
            string? token = null;
            try
            {
                token = await _tokens.GetAsync(endpoint, cancellationToken);
                var answer = await send(content, token);
                _isConnected = true;
                return answer;
            }
            catch (GrpcException e) when (isFirst && EtcdErrors.IsTokenRejected(e.Status) && _tokens.Reject(token))
            {
                // etcd refused before doing anything; once more with a fresh token.
            }
            catch (GrpcException e) when (EtcdErrors.IsUnavailable(e.Status))
            {
                throw Failed(endpoint, e, mayHaveHappened: content.Started && !EtcdErrors.IsRefused(e.Status), wasReached: true);
            }
            catch (GrpcException e)
            {
                throw EtcdErrors.ToException(call.Attempted, endpoint, e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or InvalidProtocolBufferException)
            {
                throw Failed(endpoint, e, content.Started, content.Started);
            }
        }
    }

    private static AttemptFailedException Failed(Uri endpoint, Exception e, bool mayHaveHappened, bool wasReached) =>
        new($"{EtcdErrors.Name(endpoint)}: {EtcdErrors.Reason(e)}", e) { MayHaveHappened = mayHaveHappened, WasReached = wasReached };

    private static StoreException Unavailable(string what, IEnumerable<string> failures, Exception? inner) =>
        new($"{what}: {string.Join("; ", failures)}", inner) { IsUnavailable = true };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>How far a call has come: what failed in this round, and who is being waited for.</summary>
    private sealed class Progress
    {
        public List<string> Failures { get; } = [];

        public Uri? Awaited { get; set; }
    }
}
