using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>gRPC over HTTP/2 (grpc.io, "gRPC over HTTP2"): unary calls, and calls whose answer is a stream.</summary>
internal sealed class GrpcChannel(HttpMessageHandler handler) : IDisposable
{
    // HttpClient would add a second deadline, buffering and default headers that have to be switched off again.
    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>
    /// Sends one message and reads the one answer. The call is over when the answer's message is there: a server that answers OK sends
    /// exactly one, and one that does not sends none (gRPC over HTTP/2, "Responses"). Over TLS etcd sends the trailers as a record of their
    /// own, some 0.1 ms later.
    /// </summary>
    /// <exception cref="GrpcException">The server answered with an error.</exception>
    public async Task<TResponse> CallAsync<TResponse>(
        Uri endpoint, GrpcMethod<TResponse> method, GrpcContent content, string? token, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        using var request = Request(endpoint, method.Path, content, token);
        request.Headers.TryAddWithoutValidation("grpc-timeout", TimeoutText(timeout));
        var response = await SendAsync(request, cancellationToken);
        var isDrained = true;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            if (await new GrpcMessageReader<TResponse>(body, method.Parser).ReadAsync(cancellationToken) is { } message)
            {
                isDrained = false;
                _ = DrainAsync(response, body, timeout);
                return message;
            }

            var status = EndOf(response);
            throw status.IsOk ? new InvalidDataException($"{method.Path} was answered by no message") : new GrpcException(status);
        }
        finally
        {
            if (isDrained)
            {
                response.Dispose();
            }
        }
    }

    /// <summary>Sends one message and leaves the call open; returns when the answer begins.</summary>
    /// <exception cref="GrpcException">The server answered with an error.</exception>
    public async Task<GrpcStream<TResponse>> OpenAsync<TResponse>(
        Uri endpoint, GrpcMethod<TResponse> method, GrpcContent content, string? token, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        var request = Request(endpoint, method.Path, content, token);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(request, cancellationToken);
            var reader = new GrpcMessageReader<TResponse>(await response.Content.ReadAsStreamAsync(cancellationToken), method.Parser);
            return new GrpcStream<TResponse>(endpoint, token, request, response, reader);
        }
        catch
        {
            response?.Dispose();
            request.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>How a call ended whose body has been read to its end.</summary>
    internal static GrpcStatus EndOf(HttpResponseMessage response) =>
        GrpcStatus.Find(response.TrailingHeaders)
        ?? GrpcStatus.Find(response.Headers)
        ?? new GrpcStatus(GrpcStatusCode.Unknown, "the answer ended without a grpc-status");

    /// <summary>A deadline as grpc-timeout writes it: at most eight digits and a unit.</summary>
    internal static string TimeoutText(TimeSpan timeout)
    {
        var milliseconds = Math.Max(1, (long)Math.Ceiling(timeout.TotalMilliseconds));
        return milliseconds < 100_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(milliseconds / 1000, 99_999_999)}S");
    }

    /// <summary>Reads an answer to its end, so that its stream ends in order: one that is left half read is reset.</summary>
    private static async Task DrainAsync(HttpResponseMessage response, Stream body, TimeSpan atMost)
    {
        using (response)
        {
            try
            {
                using var deadline = new CancellationTokenSource(atMost);
                _ = await body.ReadAsync(new byte[1], deadline.Token);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
            {
                // The connection's end is the next call's to meet; this one has its answer.
            }
        }
    }

    private static HttpRequestMessage Request(Uri endpoint, string path, GrpcContent content, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");

        // Asks a member that lost its leader to refuse, instead of serving what it last knew.
        request.Headers.TryAddWithoutValidation("hasleader", "true");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("token", token);
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(request, cancellationToken);
        try
        {
            if (GrpcStatus.Find(response.Headers) is { IsOk: false } status)
            {
                throw new GrpcException(status);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new GrpcException(new GrpcStatus(Meaning(response.StatusCode), $"the answer was HTTP {(int)response.StatusCode}; is this a client URL of etcd?"));
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // grpc.io, "HTTP to gRPC Status Code Mapping": what a proxy in between says.
    private static GrpcStatusCode Meaning(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests => GrpcStatusCode.Unavailable,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        _ => GrpcStatusCode.Internal,
    };
}
