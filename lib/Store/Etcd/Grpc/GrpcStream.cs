using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>An open call whose answer is a sequence of messages; the request stays open until it is disposed.</summary>
internal sealed class GrpcStream<T> : IDisposable
    where T : class, IMessage<T>
{
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _response;
    private readonly GrpcMessageReader<T> _reader;

    public GrpcStream(Uri endpoint, string? token, HttpRequestMessage request, HttpResponseMessage response, GrpcMessageReader<T> reader)
    {
        Endpoint = endpoint;
        Token = token;
        _request = request;
        _response = response;
        _reader = reader;
    }

    public Uri Endpoint { get; }

    /// <summary>The token it was opened with.</summary>
    public string? Token { get; }

    /// <summary>The next message.</summary>
    /// <exception cref="GrpcException">The server ended the stream; OK is an end too.</exception>
    public async ValueTask<T> ReadAsync(CancellationToken cancellationToken) =>
        await _reader.ReadAsync(cancellationToken) ?? throw new GrpcException(GrpcChannel.EndOf(_response));

    public void Dispose()
    {
        // The response first: that resets the stream, so that the request's open body is not waited for.
        _response.Dispose();
        _request.Dispose();
    }
}
