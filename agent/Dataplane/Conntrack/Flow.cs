using Calico.Linux.Conntrack;
using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>
/// The first packet of a tracked connection as the filter table saw it: after destination translation, before source translation.
/// </summary>
/// <param name="Protocol">The number in the IP header.</param>
internal readonly record struct Flow(IpAddress Source, IpAddress Destination, int Protocol, int SourcePort = 0, int DestinationPort = 0)
{
    private const int Icmp = 1;
    private const int Icmp6 = 58;

    public int IcmpType { get; init; }

    public int IcmpCode { get; init; }

    public bool HasPorts => PolicyProtocol.IsWithPorts(Protocol);

    public static Flow Of(in ConntrackEntry entry)
    {
        var isIcmp = entry.Original.Protocol is Icmp or Icmp6;
        return new Flow(
            entry.Original.Source,
            entry.Reply.Source,
            entry.Original.Protocol,
            isIcmp ? 0 : entry.Original.SourcePort,
            isIcmp ? 0 : entry.Reply.SourcePort)
        {
            IcmpType = entry.Original.IcmpType,
            IcmpCode = entry.Original.IcmpCode,
        };
    }
}
