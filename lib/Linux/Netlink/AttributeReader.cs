using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>Walks attributes; nested ones are walked by another reader over <see cref="Value"/>.</summary>
internal ref struct AttributeReader
{
    private ReadOnlySpan<byte> _rest;

    internal AttributeReader(ReadOnlySpan<byte> attributes)
    {
        _rest = attributes;
    }

    /// <summary>Without the flags for nesting and byte order.</summary>
    internal ushort Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    internal readonly int Int32 => MemoryMarshal.Read<int>(Value);

    internal readonly uint UInt32 => MemoryMarshal.Read<uint>(Value);

    internal readonly ushort UInt16BigEndian => BinaryPrimitives.ReadUInt16BigEndian(Value);

    internal readonly uint UInt32BigEndian => BinaryPrimitives.ReadUInt32BigEndian(Value);

    internal readonly string Text => Encoding.UTF8.GetString(Value[^1] == 0 ? Value[..^1] : Value);

    internal readonly IpAddress IpAddress => IpAddress.FromBytes(Value);

    internal bool MoveNext()
    {
        if (_rest.Length < NetlinkConstants.AttributeHeaderLength)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkConstants.AttributeHeaderLength || length > _rest.Length)
        {
            throw new InvalidDataException($"a netlink attribute says it has {length} octets, {_rest.Length} are left");
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NetlinkConstants.AttributeTypeMask);
        Value = _rest[NetlinkConstants.AttributeHeaderLength..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
