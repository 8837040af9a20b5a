using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Policy.Evaluation;

/// <summary>The first packet of a flow; what follows belongs to a tracked connection and is not judged again.</summary>
/// <param name="Protocol">The number in the IP header.</param>
/// <param name="SourcePort">0 where the protocol has no ports.</param>
public sealed record Packet(IpAddress Source, IpAddress Destination, int Protocol, int SourcePort = 0, int DestinationPort = 0)
{
    public int IcmpType { get; init; }

    public int IcmpCode { get; init; }

    public IpFamily Family => Source.Family;

    internal bool HasPorts => PolicyProtocol.IsWithPorts(Protocol);
}
