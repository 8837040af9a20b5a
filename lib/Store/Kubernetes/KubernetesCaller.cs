using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Calico.Store.Transport;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Kubernetes;

/// <summary>Brings a request to the API server and back within the deadline, and tries again where that is safe.</summary>
/// <remarks>
/// The rules: what the server refused to begin (429) is sent again after the pause it asks for; what it could not do now (5xx), and what got no answer,
/// is sent again if it may happen twice. A server that cannot be connected to ends the call at once. A token that is refused is read again once.
/// </remarks>
internal sealed class KubernetesCaller : IDisposable
{
    private readonly KubernetesConfig _config;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly Uri _base;

    public KubernetesCaller(KubernetesConfig config, ILogger log, TimeProvider time)
    {
        _config = config;
        _time = time;
        _http = new HttpMessageInvoker(new EndpointConnector(config.Tls, config.CallTimeout / 2, log).CreateHandler());
        _base = config.Server.AbsoluteUri.EndsWith('/') ? config.Server : new Uri(config.Server.AbsoluteUri + "/");
    }

    public Uri Server => _config.Server;

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="KubernetesException">The server refused, or did not answer in time.</exception>
    public async Task<byte[]> CallAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_config.CallTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var progress = new Progress();
        try
        {
            using var response = await SendAsync(call, isWhole: true, progress, deadline.Token);
            return await response.Content.ReadAsByteArrayAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(call, progress, e);
        }
    }

    /// <summary>Sends a request whose answer is a stream; returns when it begins.</summary>
    /// <exception cref="KubernetesException">The server refused, or did not answer in time.</exception>
    public async Task<HttpResponseMessage> OpenAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_config.CallTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var progress = new Progress();
        try
        {
            return await SendAsync(call, isWhole: false, progress, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(call, progress, e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <param name="isWhole">Returns when all of the answer is there, instead of when it begins.</param>
    private async Task<HttpResponseMessage> SendAsync(KubernetesCall call, bool isWhole, Progress progress, CancellationToken deadline)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? pause = null;
            try
            {
                var response = await SendOnceAsync(call, isWhole, deadline);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                using (response)
                {
                    progress.Failure = KubernetesErrors.FromAnswer(call.Attempted, Server, response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline));
                    if (!MayTryAgain(call, response.StatusCode) || progress.Failure is KubernetesGoneException)
                    {
                        throw progress.Failure;
                    }

                    pause = RetryAfter(response.Headers.RetryAfter);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                var wasSent = !IsUnsent(e);
                progress.Failure = KubernetesErrors.Unanswered(call.Attempted, Server, e, wasSent && !call.IsRepeatable);
                if (!wasSent || !call.IsRepeatable)
                {
                    throw progress.Failure;
                }
            }

            await Task.Delay(pause ?? Outage.Delay(attempt, Random.Shared.NextDouble()), _time, deadline);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(KubernetesCall call, bool isWhole, CancellationToken deadline)
    {
        var token = _config.Token?.Get(_time);
        var response = await SendWithTokenAsync(call, token, deadline);
        if (response.StatusCode == HttpStatusCode.Unauthorized && token is not null && _config.Token!.Get(_time, refused: token) is var fresh && fresh != token)
        {
            response.Dispose();
            response = await SendWithTokenAsync(call, fresh, deadline);
        }

        return isWhole ? await BufferAsync(response, deadline) : response;
    }

    private async Task<HttpResponseMessage> SendWithTokenAsync(KubernetesCall call, string? token, CancellationToken deadline)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_base, call.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", _config.UserAgent);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        return await _http.SendAsync(request, deadline);
    }

    private static async Task<HttpResponseMessage> BufferAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(deadline);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool MayTryAgain(KubernetesCall call, HttpStatusCode code) =>
        code == HttpStatusCode.TooManyRequests || (call.IsRepeatable && KubernetesErrors.IsTemporary(code));

    private static bool IsUnsent(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? (header?.Date - _time.GetUtcNow());
        return pause > TimeSpan.Zero ? pause : null;
    }

    private KubernetesException TimedOut(KubernetesCall call, Progress progress, Exception e)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"within {_config.CallTimeout.TotalSeconds:0.###} s");
        var reason = progress.Failure?.Message ?? $"no answer from {KubernetesErrors.Name(Server)}{(call.IsRepeatable ? "" : ", so it may or may not have happened")}";
        return new KubernetesException($"{call.Attempted} did not finish {limit}: {reason}", e)
        {
            IsUnavailable = true,
            StatusCode = progress.Failure?.StatusCode ?? 0,
            Reason = progress.Failure?.Reason ?? "",
        };
    }

    /// <summary>How the last attempt of a call ended.</summary>
    private sealed class Progress
    {
        public KubernetesException? Failure { get; set; }
    }
}
