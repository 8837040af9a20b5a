using System.Runtime.InteropServices;

namespace Calico.Linux.Netlink;

/// <summary>Walks the messages of one datagram. A message whose length contradicts the datagram ends the walk with an exception.</summary>
internal ref struct NetlinkReader
{
    private ReadOnlySpan<byte> _rest;

    internal NetlinkReader(ReadOnlySpan<byte> datagram)
    {
        _rest = datagram;
    }

    internal ushort Type { get; private set; }

    internal ushort Flags { get; private set; }

    internal uint Sequence { get; private set; }

    /// <summary>What follows the message header.</summary>
    internal ReadOnlySpan<byte> Payload { get; private set; }

    internal bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var length = _rest.Length < NetlinkConstants.HeaderLength ? 0 : MemoryMarshal.Read<int>(_rest);
        if (length < NetlinkConstants.HeaderLength || length > _rest.Length)
        {
            throw new InvalidDataException($"a netlink message says it has {length} octets, the datagram holds {_rest.Length}");
        }

        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Flags = MemoryMarshal.Read<ushort>(_rest[6..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Payload = _rest[NetlinkConstants.HeaderLength..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
