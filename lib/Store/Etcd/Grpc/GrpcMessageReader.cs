using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>Reads the messages of an answer's body one after the other. Not for concurrent use.</summary>
internal sealed class GrpcMessageReader<T>(Stream body, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    private readonly byte[] _header = new byte[GrpcFrame.HeaderSize];
    private byte[] _buffer = [];

    /// <summary>The next message; null at the end of the body.</summary>
    /// <exception cref="InvalidDataException">The body ends inside a message, or is not what gRPC allows.</exception>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        if (read < _header.Length)
        {
            throw new InvalidDataException("the answer ends inside the header of a message");
        }

        var length = GrpcFrame.ReadHeader(_header);
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        if (await body.ReadAtLeastAsync(_buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length)
        {
            throw new InvalidDataException("the answer ends inside a message");
        }

        return parser.ParseFrom(_buffer.AsSpan(0, length));
    }
}
