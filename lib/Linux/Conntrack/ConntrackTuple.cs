using Calico.Model.Net;

namespace Calico.Linux.Conntrack;

/// <summary>One direction of a tracked connection, as packets of that direction carry it.</summary>
/// <param name="Protocol">The number in the IP header.</param>
/// <param name="SourcePort">Of ICMP the identifier; 0 where the protocol has no ports.</param>
/// <param name="DestinationPort">0 for ICMP and where the protocol has no ports.</param>
public readonly record struct ConntrackTuple(IpAddress Source, IpAddress Destination, byte Protocol, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>0 for other protocols than ICMP and ICMPv6.</summary>
    public byte IcmpType { get; init; }

    public byte IcmpCode { get; init; }

    public override string ToString() => $"{Source}:{SourcePort} > {Destination}:{DestinationPort} protocol {Protocol}";
}
