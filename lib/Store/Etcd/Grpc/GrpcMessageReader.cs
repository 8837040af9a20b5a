using System.Buffers;
using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>Reads the messages of an answer's body one after the other. Not for concurrent use.</summary>
internal sealed class GrpcMessageReader<T>(Stream body, MessageParser<T> parser)
    where T : class, IMessage<T>
{
    private readonly byte[] _header = new byte[GrpcFrame.HeaderSize];

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
        // A page of a large store is a megabyte, and a new array of that size each time is what the collector's dearest runs are for.
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (await body.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length)
            {
                throw new InvalidDataException("the answer ends inside a message");
            }

            return parser.ParseFrom(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
