using System.Globalization;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>How <c>ipset</c> writes sets and members.</summary>
internal static class IpSetText
{
    private static readonly (int Number, string Name)[] Protocols = [(6, "tcp"), (17, "udp"), (132, "sctp"), (136, "udplite")];

    public static string TypeOf(IpSetKind kind) => kind switch
    {
        IpSetKind.Nets => "hash:net",
        IpSetKind.Ports => "hash:ip,port",
        IpSetKind.NetPorts => "hash:net,port",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no kind of set"),
    };

    public static string FamilyOf(IpFamily family) => family == IpFamily.IPv4 ? "inet" : "inet6";

    public static string MemberOf(IpSetMember member)
    {
        var net = member.Net.IsSingleAddress ? member.Net.Address.ToString() : member.Net.ToString();
        return member.Protocol == 0 ? net : string.Create(CultureInfo.InvariantCulture, $"{net},{ProtocolOf(member.Protocol)}:{member.Port}");
    }

    /// <summary>Reads a member as the tool prints it; false for what we never write, such as an ICMP type.</summary>
    public static bool TryParseMember(ReadOnlySpan<char> text, out IpSetMember member)
    {
        member = default;
        var comma = text.IndexOf(',');
        if (comma < 0)
        {
            var isNet = Cidr.TryParse(text, null, out var net);
            member = isNet ? new IpSetMember(net) : default;
            return isNet;
        }

        var colon = text.LastIndexOf(':');
        if (colon < comma || !Cidr.TryParse(text[..comma], null, out var address)
            || !TryParseProtocol(text[(comma + 1)..colon], out var protocol)
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        member = new IpSetMember(address, protocol, port);
        return true;
    }

    private static string ProtocolOf(int number)
    {
        var known = Protocols.FirstOrDefault(protocol => protocol.Number == number);
        return known.Name ?? number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryParseProtocol(ReadOnlySpan<char> text, out byte number)
    {
        foreach (var protocol in Protocols)
        {
            if (text.SequenceEqual(protocol.Name))
            {
                number = (byte)protocol.Number;
                return true;
            }
        }

        return byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number != 0;
    }
}
