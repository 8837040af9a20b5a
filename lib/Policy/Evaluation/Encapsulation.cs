namespace Calico.Policy.Evaluation;

/// <summary>Packets in packets, which no workload may send: with either of the two it could pose as a node.</summary>
public static class Encapsulation
{
    /// <summary>The number in the IP header.</summary>
    public const int IpInIp = 4;

    /// <summary>That VXLAN travels in.</summary>
    public const int Udp = 17;

    /// <summary>Of UDP (RFC 7348).</summary>
    public const int VxlanPort = 4789;

    /// <param name="protocol">The number in the IP header.</param>
    public static bool Is(int protocol, int destinationPort) => protocol == IpInIp || (protocol == Udp && destinationPort == VxlanPort);
}
