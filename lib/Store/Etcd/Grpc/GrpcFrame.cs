using System.Buffers.Binary;
using Google.Protobuf;

namespace Calico.Store.Etcd.Grpc;

/// <summary>A message as gRPC sends it: one byte for compression (we never compress), four for the length, big-endian, then the message.</summary>
internal static class GrpcFrame
{
    public const int HeaderSize = 5;

    /// <summary>The longest message we take: a page of a list is the longest we ask for. Guards against reading garbage as a length.</summary>
    public const int MaxMessage = 512 * 1024 * 1024;

    public static byte[] Write(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[HeaderSize + size];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)size);
        message.WriteTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>Reads the length out of a frame's header.</summary>
    /// <exception cref="InvalidDataException">The header is not one we can accept.</exception>
    public static int ReadHeader(ReadOnlySpan<byte> header)
    {
        if (header[0] != 0)
        {
            throw new InvalidDataException("the answer holds a compressed message, which was not asked for");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return length <= MaxMessage ? (int)length : throw new InvalidDataException($"the answer holds a message of {length} bytes; at most {MaxMessage} are taken");
    }
}
