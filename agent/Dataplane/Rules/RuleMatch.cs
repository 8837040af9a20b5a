using System.Globalization;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// The conditions of an iptables rule; with a target it becomes the rule's text. That text is what <c>iptables-save</c> prints, in whatever
/// order the conditions were given: this is the only place that spells rules.
/// </summary>
internal sealed record RuleMatch
{
    public static RuleMatch Any { get; } = new();

    private string Source { get; init; } = "";

    private string Destination { get; init; } = "";

    private string In { get; init; } = "";

    private string Out { get; init; } = "";

    private string IpProtocol { get; init; } = "";

    // In the order in which they were given, which the kernel keeps.
    private string Extensions { get; init; } = "";

    /// <summary>One net on each side, be it matched or excluded; a second one takes the first one's place.</summary>
    public RuleMatch Net(RuleSide side, Cidr net) => net.PrefixLength == 0 ? this : WithNet(side, $"{Flag(side)} {Text(net)} ");

    public RuleMatch NotNet(RuleSide side, Cidr net) => WithNet(side, $"! {Flag(side)} {Text(net)} ");

    /// <param name="name">With a <c>+</c> at its end, all that begin so.</param>
    public RuleMatch InInterface(string name) => this with { In = $"-i {name} " };

    public RuleMatch OutInterface(string name) => this with { Out = $"-o {name} " };

    public RuleMatch Interface(RuleSide side, string name) => side == RuleSide.Source ? InInterface(name) : OutInterface(name);

    /// <param name="protocol">As the tool calls it.</param>
    public RuleMatch Protocol(string protocol) => this with { IpProtocol = $"-p {protocol} " };

    public RuleMatch NotProtocol(string protocol) => this with { IpProtocol = $"! -p {protocol} " };

    /// <param name="ports">Comma-separated, at most 15, a range being two. The protocol must be one that has ports.</param>
    public RuleMatch Ports(RuleSide side, string ports) =>
        With(side == RuleSide.Destination && PortModule() is { } module && ushort.TryParse(ports, out _)
            ? $"-m {module} --dport {ports}"
            : $"-m multiport {PortFlag(side)} {ports}");

    public RuleMatch NotPorts(RuleSide side, string ports) => With($"-m multiport ! {PortFlag(side)} {ports}");

    /// <param name="type">A type, or type/code. The protocol must be the family's ICMP.</param>
    public RuleMatch Icmp(IpFamily family, string type) => With($"-m {IcmpModule(family)} {IcmpFlag(family)} {type}");

    public RuleMatch NotIcmp(IpFamily family, string type) => With($"-m {IcmpModule(family)} ! {IcmpFlag(family)} {type}");

    public RuleMatch InNetSet(RuleSide side, string set) => With($"-m set --match-set {set} {Direction(side)}");

    public RuleMatch NotInNetSet(RuleSide side, string set) => With($"-m set ! --match-set {set} {Direction(side)}");

    public RuleMatch InPortSet(RuleSide side, string set) => With($"-m set --match-set {set} {Direction(side)},{Direction(side)}");

    /// <summary>The address of the side with the destination's port.</summary>
    public RuleMatch InNetPortSet(RuleSide side, string set) => With($"-m set --match-set {set} {Direction(side)},dst");

    public RuleMatch NotInPortSet(RuleSide side, string set) => With($"-m set ! --match-set {set} {Direction(side)},{Direction(side)}");

    public RuleMatch MarkSet(uint bits) => With($"-m mark --mark {Hex(bits)}/{Hex(bits)}");

    public RuleMatch MarkClear(uint bits) => With($"-m mark --mark 0x0/{Hex(bits)}");

    public RuleMatch Established() => With("-m conntrack --ctstate RELATED,ESTABLISHED");

    public RuleMatch Invalid() => With("-m conntrack --ctstate INVALID");

    /// <summary>Tracking takes it for the first of a connection, and it does not open one. The protocol must be TCP.</summary>
    public RuleMatch StartsInTheMiddle() => With("-m conntrack --ctstate NEW -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN");

    public RuleMatch DestinationTranslated() => With("-m conntrack --ctstate DNAT");

    /// <summary>The packet came in where an answer to its source would not go out.</summary>
    public RuleMatch ReversePathFails() => With("-m rpfilter --validmark --invert");

    public string Accept() => Target("-j ACCEPT");

    public string Drop() => Target("-j DROP");

    public string Return() => Target("-j RETURN");

    public string Jump(string chain) => Target($"-j {chain}");

    /// <summary>As a jump, but the chain's end returns to where this chain was jumped to from.</summary>
    public string Goto(string chain) => Target($"-g {chain}");

    public string SetMark(uint bits) => Target($"-j MARK --set-xmark {Hex(bits)}/{Hex(bits)}");

    public string ClearMark(uint bits) => Target($"-j MARK --set-xmark 0x0/{Hex(bits)}");

    public string NoTrack() => Target("-j CT --notrack");

    public string Masquerade() => Target("-j MASQUERADE --random-fully");

    public string Log(string prefix) => Target($"-j LOG --log-prefix \"{prefix}\" --log-level 5");

    private RuleMatch WithNet(RuleSide side, string text) =>
        side == RuleSide.Source ? this with { Source = text } : this with { Destination = text };

    private RuleMatch With(string extension) => this with { Extensions = $"{Extensions}{extension} " };

    private string Target(string target) => string.Concat([Source, Destination, In, Out, IpProtocol, Extensions, target]);

    // nft compares one port itself, which is cheaper than multiport for a packet and for each change of the table. Of source ports it
    // would be as good, but a rule with both is printed in a way of its own by each back end.
    private string? PortModule() => IpProtocol switch
    {
        "-p tcp " => "tcp",
        "-p udp " => "udp",
        _ => null,
    };

    // As inet_ntop writes what would be an IPv4-compatible address (RFC 4291 section 2.5.5.1).
    private static string Text(Cidr net) => net.Family == IpFamily.IPv6 && net.Address.Value > ushort.MaxValue && net.Address.Value <= uint.MaxValue
        ? $"::{new IpAddress(IpFamily.IPv4, net.Address.Value)}/{net.PrefixLength}"
        : net.ToString();

    private static string Flag(RuleSide side) => side == RuleSide.Source ? "-s" : "-d";

    private static string PortFlag(RuleSide side) => side == RuleSide.Source ? "--sports" : "--dports";

    private static string Direction(RuleSide side) => side == RuleSide.Source ? "src" : "dst";

    private static string IcmpModule(IpFamily family) => family == IpFamily.IPv4 ? "icmp" : "icmp6";

    private static string IcmpFlag(IpFamily family) => family == IpFamily.IPv4 ? "--icmp-type" : "--icmpv6-type";

    private static string Hex(uint bits) => string.Create(CultureInfo.InvariantCulture, $"0x{bits:x}");
}
