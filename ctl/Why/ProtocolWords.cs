using System.Globalization;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>Packets for people. Pure.</summary>
internal static class ProtocolWords
{
    /// <summary>As the field of a rule has it.</summary>
    public static string InRule(int protocol) => PolicyProtocol.NameOf(protocol) ?? protocol.ToString(CultureInfo.InvariantCulture);

    public static string Of(Packet packet)
    {
        var name = PolicyProtocol.NameOf(packet.Protocol) ?? $"protocol {InRule(packet.Protocol)}";
        return PolicyProtocol.IsWithPorts(packet.Protocol) ? $"{name} {WithPort(packet.Source, packet.SourcePort)} -> {WithPort(packet.Destination, packet.DestinationPort)}"
            : packet.Protocol is WhyQuestion.Icmp or WhyQuestion.IcmpV6 ? $"{name} type {packet.IcmpType} code {packet.IcmpCode} {packet.Source} -> {packet.Destination}"
            : $"{name} {packet.Source} -> {packet.Destination}";
    }

    private static string WithPort(IpAddress address, int port) => address.Family == IpFamily.IPv6 ? $"[{address}]:{port}" : $"{address}:{port}";
}
