using System.Buffers.Binary;
using System.Numerics;
using Calico.Model.Net;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Rig.Probing;

/// <summary>
/// The bytes of a packet from its IP header on. Checksums are right and each packet is one that may open a connection, or connection
/// tracking would refuse it before any policy is asked.
/// </summary>
internal static class PacketBytes
{
    private const int Header4 = 20;
    private const int Header6 = 40;
    private const byte HopLimit = 64;

    /// <param name="mark">Goes along as the payload, to know the packet by.</param>
    public static byte[] Of(Packet packet, ReadOnlySpan<byte> mark)
    {
        var transport = packet.Protocol switch
        {
            1 or 58 => Icmp(packet, mark),
            6 => Tcp(packet, mark),
            17 or 136 => Udp(packet, mark),
            132 => Sctp(packet, mark),
            _ => mark.ToArray(),
        };
        return packet.Family == IpFamily.IPv4 ? [.. Ip4(packet, transport.Length), .. transport] : [.. Ip6(packet, transport.Length), .. transport];
    }

    private static byte[] Ip4(Packet packet, int length)
    {
        var header = new byte[Header4];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(Header4 + length));
        header[8] = HopLimit;
        header[9] = (byte)packet.Protocol;
        packet.Source.WriteBytes(header.AsSpan(12));
        packet.Destination.WriteBytes(header.AsSpan(16));
        return header;
    }

    private static byte[] Ip6(Packet packet, int length)
    {
        var header = new byte[Header6];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)length);
        header[6] = (byte)packet.Protocol;
        header[7] = HopLimit;
        packet.Source.WriteBytes(header.AsSpan(8));
        packet.Destination.WriteBytes(header.AsSpan(24));
        return header;
    }

    private static byte[] Tcp(Packet packet, ReadOnlySpan<byte> mark)
    {
        const byte Syn = 0x02;
        byte[] segment = [.. Ports(packet), .. new byte[16], .. mark];
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), 1);
        segment[12] = 5 << 4;
        segment[13] = Syn;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 64_000);
        return WithChecksum(packet, segment, 16);
    }

    // UDP-Lite is the same with a coverage, which is all of it, where UDP has the length.
    private static byte[] Udp(Packet packet, ReadOnlySpan<byte> mark)
    {
        byte[] datagram = [.. Ports(packet), .. new byte[4], .. mark];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        return WithChecksum(packet, datagram, 6);
    }

    private static byte[] Icmp(Packet packet, ReadOnlySpan<byte> mark)
    {
        byte[] message = [(byte)packet.IcmpType, (byte)packet.IcmpCode, 0, 0, .. Ports(packet), .. mark];
        // ICMP for IPv4 has no pseudo header.
        if (packet.Family == IpFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Folded(Sum(message)));
            return message;
        }

        return WithChecksum(packet, message, 2);
    }

    /// <summary>An INIT chunk, the mark in a parameter that receivers skip (RFC 9260).</summary>
    private static byte[] Sctp(Packet packet, ReadOnlySpan<byte> mark)
    {
        const byte Init = 1;
        const int CommonHeader = 12;
        byte[] parameter = [0xc0, 0x00, 0, (byte)(4 + mark.Length), .. mark];
        byte[] message = [.. Ports(packet), .. new byte[8], Init, 0, 0, (byte)(20 + parameter.Length), 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, .. parameter];
        var crc = uint.MaxValue;
        foreach (var value in message)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(CommonHeader - 4), ~crc);
        return message;
    }

    private static byte[] Ports(Packet packet)
    {
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)packet.DestinationPort);
        return ports;
    }

    private static byte[] WithChecksum(Packet packet, byte[] transport, int offset)
    {
        // Connection tracking checks UDP-Lite with UDP's number in the pseudo header, and raw sockets do not check at all.
        var protocol = packet.Protocol == 136 ? 17 : packet.Protocol;
        byte[] pseudo = [.. packet.Source.ToBytes(), .. packet.Destination.ToBytes(), 0, (byte)protocol, 0, (byte)transport.Length];
        var checksum = Folded(Sum(pseudo) + Sum(transport));
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(offset), checksum == 0 ? ushort.MaxValue : checksum);
        return transport;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0U;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        return sum;
    }

    private static ushort Folded(uint sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
