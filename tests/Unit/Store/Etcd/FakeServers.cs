using System.Net;
using Calico.Store.Etcd;
using Calico.Store.Etcd.Grpc;
using Google.Protobuf;

namespace Calico.Tests.Unit.Store.Etcd;

/// <summary>Servers behind the HTTP layer: each endpoint answers, or fails before or after the request's body has left.</summary>
internal sealed class FakeServers : HttpMessageHandler
{
    private readonly Dictionary<string, Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>>> _answers = [];

    /// <summary>Host and path of every request that arrived or was tried, in order.</summary>
    public List<string> Requests { get; } = [];

    public List<string?> Tokens { get; } = [];

    /// <summary>A caller whose endpoints are hosts with the given names.</summary>
    public EtcdCaller Caller(TimeSpan timeout, string? user, params string[] hosts)
    {
        var options = new EtcdOptions { Endpoints = [.. hosts.Select(Endpoint)], CallTimeout = timeout, UserName = user };
        return new EtcdCaller(options, new GrpcChannel(this), TimeProvider.System);
    }

    public static Uri Endpoint(string host) => new($"http://{host}:2379");

    /// <summary>The next request to a host gets this message.</summary>
    public void Answer(string host, IMessage message) => Enqueue(host, async (request, token) =>
    {
        await request.Content!.CopyToAsync(Stream.Null, token);
        return Response(GrpcFrame.Write(message), trailers: ("0", ""));
    });

    /// <summary>The next request to a host gets this status, in trailers after an empty body, or as headers only.</summary>
    public void Refuse(string host, GrpcStatusCode code, string message, bool trailersOnly = true) => Enqueue(host, async (request, token) =>
    {
        await request.Content!.CopyToAsync(Stream.Null, token);
        var text = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return trailersOnly ? Response([], headers: (text, message)) : Response([], trailers: (text, message));
    });

    public void RawAnswer(string host, byte[] body) => Enqueue(host, (_, _) => Task.FromResult(Response(body, trailers: ("0", ""))));

    public void FailBeforeSending(string host) => Enqueue(host, (_, _) => throw new HttpRequestException("connection refused"));

    public void FailAfterSending(string host) => Enqueue(host, async (request, token) =>
    {
        await request.Content!.CopyToAsync(Stream.Null, token);
        throw new HttpRequestException("connection reset");
    });

    public void NeverAnswer(string host) => Enqueue(host, async (request, token) =>
    {
        await request.Content!.CopyToAsync(Stream.Null, token);
        await Task.Delay(Timeout.Infinite, token);
        throw new InvalidOperationException("unreachable");
    });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add($"{request.RequestUri!.Host}{request.RequestUri.AbsolutePath}");
        Tokens.Add(request.Headers.NonValidated.TryGetValues("token", out var token) ? token.ToString() : null);
        return _answers.TryGetValue(request.RequestUri.Host, out var answers) && answers.TryDequeue(out var answer)
            ? answer(request, cancellationToken)
            : throw new InvalidOperationException($"no answer is left for {request.RequestUri.Host}");
    }

    private static HttpResponseMessage Response(byte[] body, (string Code, string Message)? headers = null, (string Code, string Message)? trailers = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
        if (headers is { } inHeaders)
        {
            response.Headers.TryAddWithoutValidation("grpc-status", inHeaders.Code);
            response.Headers.TryAddWithoutValidation("grpc-message", inHeaders.Message);
        }

        if (trailers is { } inTrailers)
        {
            response.TrailingHeaders.TryAddWithoutValidation("grpc-status", inTrailers.Code);
            response.TrailingHeaders.TryAddWithoutValidation("grpc-message", inTrailers.Message);
        }

        return response;
    }

    private void Enqueue(string host, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        if (!_answers.TryGetValue(host, out var answers))
        {
            _answers[host] = answers = new Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>>();
        }

        answers.Enqueue(answer);
    }
}
