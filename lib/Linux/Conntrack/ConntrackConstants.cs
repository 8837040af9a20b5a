namespace Calico.Linux.Conntrack;

/// <summary>Numbers of linux/netfilter/nfnetlink.h and linux/netfilter/nfnetlink_conntrack.h.</summary>
internal static class ConntrackConstants
{
    internal const ushort GetEntry = 0x101;
    internal const ushort DeleteEntry = 0x102;

    internal const ushort TupleOriginal = 1;
    internal const ushort TupleReply = 2;
    internal const ushort Status = 3;
    internal const ushort Mark = 8;
    internal const ushort Id = 12;
    internal const ushort Zone = 18;

    internal const ushort TupleIp = 1;
    internal const ushort TupleProtocol = 2;

    internal const ushort IPv4Source = 1;
    internal const ushort IPv4Destination = 2;
    internal const ushort IPv6Source = 3;
    internal const ushort IPv6Destination = 4;

    internal const ushort ProtocolNumber = 1;
    internal const ushort SourcePort = 2;
    internal const ushort DestinationPort = 3;
    internal const ushort IcmpId = 4;
    internal const ushort IcmpType = 5;
    internal const ushort IcmpCode = 6;
    internal const ushort Icmp6Id = 7;
    internal const ushort Icmp6Type = 8;
    internal const ushort Icmp6Code = 9;

    internal const byte Icmp = 1;
    internal const byte Icmp6 = 58;
}
