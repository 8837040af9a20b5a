using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>gRPC over HTTP/2 (grpc.io, "gRPC over HTTP2"): unary calls, and calls whose answer is a stream.</summary>
internal sealed class GrpcChannel(HttpMessageHandler handler) : IDisposable
{
    // HttpClient would add a second deadline, buffering and default headers that have to be switched off again.
    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>Sends one message and reads the one answer.</summary>
    /// <exception cref="GrpcException">The server answered with an error.</exception>
    public async Task<TResponse> CallAsync<TResponse>(
        Uri endpoint, GrpcMethod<TResponse> method, GrpcContent content, string? token, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : class, IMessage<TResponse>
    {
        using var request = Request(endpoint, method.Path, content, token);
        request.Headers.TryAddWithoutValidation("grpc-timeout", TimeoutText(timeout));
        using var response = await SendAsync(request, cancellationToken);
        var reader = new GrpcMessageReader<TResponse>(await response.Content.ReadAsStreamAsync(cancellationToken), method.Parser);
        var message = await reader.ReadAsync(cancellationToken);

        // The trailers come after the end of the body, so the end has to be read.
        var isEnd = message is null || await reader.ReadAsync(cancellationToken) is null;
        var status = EndOf(response);
        return status.IsOk
            ? (isEnd ? message : null) ?? throw new InvalidDataException($"{method.Path} was answered by {(message is null ? "no message" : "several messages")}")
            : throw new GrpcException(status);
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
