using Calico.Linux.Netlink;
using Calico.Model.Net;
using static Calico.Linux.Conntrack.ConntrackConstants;

namespace Calico.Linux.Conntrack;

/// <summary>Reads the kernel's messages about tracked connections, and writes tuples. Pure: octets in, record out.</summary>
internal static class ConntrackMessages
{
    /// <summary>False for an entry without the addresses of a family that we know.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> payload, out ConntrackEntry entry)
    {
        ConntrackTuple original = default, reply = default;
        uint id = 0, status = 0, mark = 0;
        ushort zone = 0;
        var known = 0;
        var attributes = new AttributeReader(payload[Math.Min(NetfilterHeader.Length, payload.Length)..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case TupleOriginal:
                    known += TryReadTuple(attributes.Value, out original) ? 1 : 0;
                    break;
                case TupleReply:
                    known += TryReadTuple(attributes.Value, out reply) ? 1 : 0;
                    break;
                case ConntrackConstants.Status:
                    status = attributes.UInt32BigEndian;
                    break;
                case ConntrackConstants.Mark:
                    mark = attributes.UInt32BigEndian;
                    break;
                case ConntrackConstants.Id:
                    id = attributes.UInt32BigEndian;
                    break;
                case ConntrackConstants.Zone:
                    zone = attributes.UInt16BigEndian;
                    break;
            }
        }

        entry = new ConntrackEntry(original, reply, id) { Status = status, Mark = mark, Zone = zone };
        return known == 2;
    }

    internal static void WriteTuple(ref NetlinkWriter writer, in ConntrackTuple tuple)
    {
        var isIPv4 = tuple.Source.Family == IpFamily.IPv4;
        var whole = writer.BeginNested(TupleOriginal);
        var ip = writer.BeginNested(TupleIp);
        writer.Attribute(isIPv4 ? IPv4Source : IPv6Source, tuple.Source);
        writer.Attribute(isIPv4 ? IPv4Destination : IPv6Destination, tuple.Destination);
        writer.EndNested(ip);
        var protocol = writer.BeginNested(TupleProtocol);
        writer.Attribute(ProtocolNumber, tuple.Protocol);
        switch (tuple.Protocol)
        {
            case Icmp:
                writer.AttributeBigEndian(IcmpId, tuple.SourcePort);
                writer.Attribute(IcmpType, tuple.IcmpType);
                writer.Attribute(IcmpCode, tuple.IcmpCode);
                break;
            case Icmp6:
                writer.AttributeBigEndian(Icmp6Id, tuple.SourcePort);
                writer.Attribute(Icmp6Type, tuple.IcmpType);
                writer.Attribute(Icmp6Code, tuple.IcmpCode);
                break;
            default:
                writer.AttributeBigEndian(SourcePort, tuple.SourcePort);
                writer.AttributeBigEndian(DestinationPort, tuple.DestinationPort);
                break;
        }

        writer.EndNested(protocol);
        writer.EndNested(whole);
    }

    private static bool TryReadTuple(ReadOnlySpan<byte> nested, out ConntrackTuple tuple)
    {
        tuple = default;
        IpAddress? source = null, destination = null;
        var attributes = new AttributeReader(nested);
        while (attributes.MoveNext())
        {
            if (attributes.Type == TupleIp)
            {
                ReadAddresses(attributes.Value, ref source, ref destination);
            }
            else if (attributes.Type == TupleProtocol)
            {
                tuple = ReadProtocol(attributes.Value);
            }
        }

        if (source is null || destination is null)
        {
            return false;
        }

        tuple = tuple with { Source = source.Value, Destination = destination.Value };
        return true;
    }

    private static void ReadAddresses(ReadOnlySpan<byte> nested, ref IpAddress? source, ref IpAddress? destination)
    {
        var attributes = new AttributeReader(nested);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IPv4Source or IPv6Source:
                    source = attributes.IpAddress;
                    break;
                case IPv4Destination or IPv6Destination:
                    destination = attributes.IpAddress;
                    break;
            }
        }
    }

    private static ConntrackTuple ReadProtocol(ReadOnlySpan<byte> nested)
    {
        var tuple = default(ConntrackTuple);
        var attributes = new AttributeReader(nested);
        while (attributes.MoveNext())
        {
            tuple = attributes.Type switch
            {
                ProtocolNumber => tuple with { Protocol = attributes.Value[0] },
                SourcePort or IcmpId or Icmp6Id => tuple with { SourcePort = attributes.UInt16BigEndian },
                DestinationPort => tuple with { DestinationPort = attributes.UInt16BigEndian },
                IcmpType or Icmp6Type => tuple with { IcmpType = attributes.Value[0] },
                IcmpCode or Icmp6Code => tuple with { IcmpCode = attributes.Value[0] },
                _ => tuple,
            };
        }

        return tuple;
    }
}
