using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>Which packet a user asks about, as the first of a connection.</summary>
/// <param name="Source">As written: a pod, an endpoint, a node, an address.</param>
/// <param name="Namespace">Of names that do not say theirs.</param>
internal sealed record WhyQuestion(string Source, string Destination, string Namespace = "default")
{
    public const int Icmp = 1;
    public const int IcmpV6 = 58;
    private const int EchoRequest = 8;
    private const int EchoRequestV6 = 128;

    /// <summary>One that systems choose for themselves (RFC 6335).</summary>
    private const int EphemeralPort = 49_152;

    /// <summary>The number in the IP header. The family's own ICMP where <see cref="IsIcmp"/>.</summary>
    public int Protocol { get; init; } = Icmp;

    /// <summary>ICMP by its name, which means each family's.</summary>
    public bool IsIcmp { get; init; } = true;

    public int Port { get; init; }

    public int SourcePort { get; init; } = EphemeralPort;

    /// <summary>Null is an echo request.</summary>
    public int? IcmpType { get; init; }

    public int IcmpCode { get; init; }

    /// <exception cref="CtlException">The options make no packet.</exception>
    public WhyQuestion With(string? protocol, int? port, int? sourcePort, int? icmpType, int? icmpCode)
    {
        var name = protocol?.ToLowerInvariant() ?? (port is null ? "icmp" : "tcp");
        var number = NumberOf(name);
        if (PolicyProtocol.IsWithPorts(number) && port is null)
        {
            throw CtlException.Usage($"{name} goes to a port: say --port");
        }

        if (!PolicyProtocol.IsWithPorts(number) && (port ?? sourcePort) is not null)
        {
            throw CtlException.Usage($"rules know no ports of {name}: leave --port and --sport away, or say --proto tcp, udp or sctp");
        }

        if ((icmpType ?? icmpCode) is not null && number is not (Icmp or IcmpV6))
        {
            throw CtlException.Usage("--icmp-type and --icmp-code go with --proto icmp or icmpv6");
        }

        return this with
        {
            Protocol = number,
            IsIcmp = name == "icmp",
            Port = Within(port ?? 0, 65_535, "--port"),
            SourcePort = Within(sourcePort ?? EphemeralPort, 65_535, "--sport"),
            IcmpType = icmpType is { } type ? Within(type, 255, "--icmp-type") : null,
            IcmpCode = Within(icmpCode ?? 0, 255, "--icmp-code"),
        };
    }

    /// <summary>The namespaces of both ends; null where they are not known, because somebody is called by his address.</summary>
    /// <exception cref="CtlException">An end is called by no name.</exception>
    public IReadOnlyCollection<string>? Namespaces()
    {
        EndName[] ends = [EndName.Parse(Source, Namespace), EndName.Parse(Destination, Namespace)];
        return Array.Exists(ends, end => end.Address is not null) ? null : [.. ends.Select(end => end.Namespace).Where(space => space.Length > 0).Distinct()];
    }

    public Packet PacketOf(IpAddress source, IpAddress destination)
    {
        var isV6 = source.Family == IpFamily.IPv6;
        var hasPorts = PolicyProtocol.IsWithPorts(Protocol);
        return new Packet(source, destination, IsIcmp && isV6 ? IcmpV6 : Protocol, hasPorts ? SourcePort : 0, hasPorts ? Port : 0)
        {
            IcmpType = IcmpType ?? (isV6 ? EchoRequestV6 : EchoRequest),
            IcmpCode = IcmpCode,
        };
    }

    private static int NumberOf(string name) =>
        PolicyProtocol.NumberMeant(name == "icmp6" ? "icmpv6" : name)
        ?? throw CtlException.Usage($"'{name}' is not a protocol: tcp, udp, icmp, icmpv6, sctp, udplite, or a number from 1 to 255");

    private static int Within(int value, int last, string option) =>
        value >= 0 && value <= last ? value : throw CtlException.Usage($"{option} is from 0 to {last}, not {value}");
}
