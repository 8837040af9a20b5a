using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>
/// Writes netlink messages one after the other into a buffer: header, family header, attributes with padding to four octets
/// (netlink(7), RFC 3549 section 2.3). All numbers are in host order, addresses in network order.
/// </summary>
internal ref struct NetlinkWriter
{
    private readonly Span<byte> _buffer;
    private int _position;
    private int _messageStart;

    internal NetlinkWriter(Span<byte> buffer)
    {
        _buffer = buffer;
    }

    internal readonly ReadOnlySpan<byte> Written => _buffer[.._position];

    internal void BeginMessage(ushort type, ushort flags, uint sequence)
    {
        _messageStart = _position;
        var header = Reserve(NetlinkConstants.HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], flags);
        MemoryMarshal.Write(header[8..], sequence);
    }

    internal readonly void EndMessage() => MemoryMarshal.Write(_buffer[_messageStart..], _position - _messageStart);

    /// <summary>The fixed header of the family (ifinfomsg, rtmsg, ...).</summary>
    internal void Header<T>(in T header)
        where T : unmanaged => MemoryMarshal.Write(Reserve(Aligned(MarshalSize<T>())), header);

    internal void Attribute(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(ReserveAttribute(type, value.Length));

    internal void Attribute(ushort type, byte value) => ReserveAttribute(type, 1)[0] = value;

    /// <summary>A number in network order, as netfilter has them.</summary>
    internal void AttributeBigEndian(ushort type, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(ReserveAttribute(type, 2), value);

    /// <inheritdoc cref="AttributeBigEndian(ushort, ushort)"/>
    internal void AttributeBigEndian(ushort type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(ReserveAttribute(type, 4), value);

    internal void Attribute(ushort type, uint value) => MemoryMarshal.Write(ReserveAttribute(type, 4), value);

    internal void Attribute(ushort type, int value) => MemoryMarshal.Write(ReserveAttribute(type, 4), value);

    internal void Attribute(ushort type, ulong value) => MemoryMarshal.Write(ReserveAttribute(type, 8), value);

    internal void Attribute(ushort type, IpAddress value) => value.WriteBytes(ReserveAttribute(type, value.Family.Bits() / 8));

    internal void Attribute(ushort type, MacAddress value)
    {
        var octets = ReserveAttribute(type, 6);
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)(value.Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(octets[2..], (uint)value.Value);
    }

    /// <summary>Text with its terminating zero.</summary>
    internal void Attribute(ushort type, string value)
    {
        var octets = ReserveAttribute(type, Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, octets);
    }

    /// <summary>Opens an attribute that holds attributes; the returned mark closes it.</summary>
    internal int BeginNested(ushort type)
    {
        var mark = _position;
        ReserveAttribute((ushort)(type | NetlinkConstants.NestedFlag), 0);
        return mark;
    }

    internal readonly void EndNested(int mark) => MemoryMarshal.Write(_buffer[mark..], (ushort)(_position - mark));

    private static int Aligned(int length) => (length + 3) & ~3;

    private static int MarshalSize<T>()
        where T : unmanaged => System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    private Span<byte> ReserveAttribute(ushort type, int valueLength)
    {
        var length = NetlinkConstants.AttributeHeaderLength + valueLength;
        var attribute = Reserve(Aligned(length));
        MemoryMarshal.Write(attribute, (ushort)length);
        MemoryMarshal.Write(attribute[2..], type);
        return attribute.Slice(NetlinkConstants.AttributeHeaderLength, valueLength);
    }

    private Span<byte> Reserve(int length)
    {
        var span = _buffer.Slice(_position, length);
        span.Clear();
        _position += length;
        return span;
    }
}
