using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Tests.Rig.Policy;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>Rules with few names, nets and ports, so that what is sent meets them.</summary>
internal sealed class RandomRules(Dice dice, IReadOnlyList<Actor> actors)
{
    public static readonly int[] Ports = [53, 80, 81, 443, 1000, 5432, 8080, 8081, 9000, 30_000, 65_535];

    /// <summary>Those that connection tracking takes for the beginning of something; any other is invalid to it.</summary>
    public static readonly int[] IcmpTypes = [8, 13, 17];

    public static readonly int[] IcmpV6Types = [128, 139];

    public static readonly string[] Selectors =
    [
        "all()", "app == 'web'", "app == 'db'", "app in {'web', 'db'}", "app != 'web'", "has(tier)", "!has(tier)", "app starts with 'w'",
        "tier == 'front' && app == 'web'", "app == 'db' || tier == 'back'", "kind == 'outside'", "kind == 'pods'", "app not in {'db', 'cache'}",
        "projectcalico.org/namespace == 'shop'", "projectcalico.org/serviceaccount == 'robot'", "has(nothing)",
    ];

    private static readonly string[] Namespaces = ["team == 'red'", "all()", "projectcalico.org/name == 'lab'", "has(team)", "global()"];

    public PolicyRule Next()
    {
        var protocol = Protocol();
        IpFamily? family = protocol?.Number switch
        {
            1 => IpFamily.IPv4,
            58 => IpFamily.IPv6,
            _ => dice.Percent(40) ? dice.Any(IpFamily.IPv4, IpFamily.IPv6) : null,
        };
        var icmp = protocol?.Number is 1 or 58;
        var bare = dice.Percent(12);
        return new PolicyRule
        {
            Action = dice.Any("Allow", "Allow", "Allow", "Allow", "Deny", "Deny", "Deny", "Pass", "Log"),
            IPVersion = dice.Percent(20) ? (int?)family : null,
            Protocol = protocol,
            NotProtocol = protocol is null && dice.Percent(25) ? PolicyProtocol.Named(dice.Any("TCP", "UDP", "SCTP")) : null,
            Icmp = icmp && dice.Percent(40) ? Icmp(family) : null,
            NotIcmp = icmp && dice.Percent(30) ? Icmp(family) : null,
            Source = bare ? null : Entity(protocol, family, isSource: true),
            Destination = bare ? null : Entity(protocol, family, isSource: false),
        };
    }

    private PolicyProtocol? Protocol() => dice.Below(20) switch
    {
        < 7 => null,
        < 11 => PolicyProtocol.Named("TCP"),
        < 14 => PolicyProtocol.Named("UDP"),
        14 => PolicyProtocol.Named("ICMP"),
        15 => PolicyProtocol.Named("ICMPv6"),
        16 => PolicyProtocol.Named("SCTP"),
        17 => PolicyProtocol.Named("UDPLite"),
        18 => PolicyProtocol.Numbered(253),
        _ => PolicyProtocol.Numbered(dice.Any(6, 17)),
    };

    private IcmpMatch Icmp(IpFamily? family) => new()
    {
        Type = dice.Any(family == IpFamily.IPv6 ? IcmpV6Types : IcmpTypes),
        Code = dice.Percent(40) ? dice.Below(2) : null,
    };

    private EntityRule? Entity(PolicyProtocol? protocol, IpFamily? family, bool isSource)
    {
        if (dice.Percent(isSource ? 45 : 35))
        {
            return null;
        }

        var hasPorts = protocol is { HasPorts: true };
        return new EntityRule
        {
            Selector = dice.Percent(35) ? dice.Any(Selectors) : null,
            NotSelector = dice.Percent(15) ? dice.Any(Selectors[1..]) : null,
            NamespaceSelector = dice.Percent(15) ? dice.Any(Namespaces) : null,
            ServiceAccounts = dice.Percent(10) ? Account() : null,
            Nets = family is not null && dice.Percent(35) ? Nets(family.Value) : null,
            NotNets = family is not null && dice.Percent(20) ? Nets(family.Value) : null,
            Ports = hasPorts && dice.Percent(isSource ? 20 : 60) ? PortList(isSource) : null,
            NotPorts = hasPorts && dice.Percent(20) ? PortList(isSource) : null,
        };
    }

    private ServiceAccountMatch Account() => dice.Below(3) switch
    {
        0 => new ServiceAccountMatch { Names = ["robot"] },
        1 => new ServiceAccountMatch { Selector = "role == 'store'" },
        _ => new ServiceAccountMatch { Names = ["robot", "clerk"], Selector = "has(role)" },
    };

    private List<string> Nets(IpFamily family)
    {
        var (all, pods, hosts) = family == IpFamily.IPv4 ? ("0.0.0.0/0", "10.65.0.0/16", "172.18.0.0/24") : ("::/0", "fd80:65::/64", "fd18::/64");
        var single = dice.Any(actors).Address(family);
        var wide = new Cidr(single, family.Bits() - dice.Between(1, 3));
        return dice.Some(single.ToString(), wide.ToString(), dice.Any(all, pods), hosts, dice.Any(actors).Address(family).ToCidr().ToString());
    }

    private List<PolicyPort> PortList(bool isSource)
    {
        if (isSource)
        {
            return [PolicyPort.Range(dice.Between(20_000, 40_000), dice.Between(40_000, 60_000)), PolicyPort.Single(Ports[0])];
        }

        PolicyPort One() => dice.Below(6) switch
        {
            0 => PolicyPort.Range(dice.Any(53, 80, 443), dice.Any(443, 8080)),
            1 => PolicyPort.Named(dice.Any("http", "sql", "missing")),
            _ => PolicyPort.Single(dice.Any(Ports)),
        };
        return dice.Percent(20)
            ? [.. Dice.Times(dice.Between(14, 30), () => PolicyPort.Single(dice.Between(2000, 2100))), .. Dice.Times(dice.Between(1, 6), One)]
            : Dice.Times(dice.Between(1, 4), One);
    }
}
