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
        "projectcalico.org/namespace == 'shop'", "projectcalico.org/serviceaccount == 'robot'", "role == 'node'", "has(nothing)",
    ];

    private static readonly string[] Namespaces = ["team == 'red'", "all()", "projectcalico.org/name == 'lab'", "has(team)", "global()"];

    public PolicyRule Next() => dice.Percent(25) ? OfOneCondition() : OfMany();

    // Of one condition, so that it decides about many packets: rules with several seldom match.
    private PolicyRule OfOneCondition()
    {
        var family = dice.Any(IpFamily.IPv4, IpFamily.IPv6);
        var transport = PolicyProtocol.Named(dice.Any("TCP", "UDP"));
        var ofSource = dice.Percent(50);
        (PolicyProtocol? Protocol, EntityRule? Entity) only = dice.Below(7) switch
        {
            0 => (transport, new EntityRule { Ports = PortList(ofSource) }),
            1 => (transport, new EntityRule { NotPorts = PortList(ofSource) }),
            2 => (null, new EntityRule { Selector = dice.Any("kind == 'outside'", "kind == 'pods'") }),
            3 => (null, new EntityRule { Nets = Some(family) }),
            4 => (null, new EntityRule { NotNets = Some(family) }),
            _ => (PolicyProtocol.Named(family == IpFamily.IPv4 ? "ICMP" : "ICMPv6"), null),
        };
        var ofIcmp = only.Entity is null;
        var isExcluded = dice.Percent(40);
        return new PolicyRule
        {
            Action = dice.Any("Allow", "Deny"),
            Protocol = only.Protocol,
            Icmp = ofIcmp && !isExcluded ? Icmp(family) : null,
            NotIcmp = ofIcmp && isExcluded ? Icmp(family) : null,
            Source = ofSource ? only.Entity : null,
            Destination = ofSource ? null : only.Entity,
        };
    }

    // Single addresses, so that neither all nor nothing is in them.
    private List<string> Some(IpFamily family) =>
        [.. actors.Distinct().Where(_ => dice.Percent(60)).Select(actor => actor.Address(family).ToString()).DefaultIfEmpty(actors[0].Address(family).ToString())];

    private PolicyRule OfMany()
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

    /// <summary>One of many that differ in a net and a port alone, which the agent makes one rule of.</summary>
    public PolicyRule Plain()
    {
        var isSource = dice.Percent(80);
        var family = dice.Any(IpFamily.IPv4, IpFamily.IPv4, IpFamily.IPv6);
        var nets = new[] { new Cidr(dice.Any(actors).Address(family), family.Bits() - dice.Below(3)).ToString() };
        return new PolicyRule
        {
            Action = dice.Percent(85) ? "Allow" : "Deny",
            Protocol = PolicyProtocol.Named(dice.Percent(80) ? "TCP" : "UDP"),
            Source = isSource ? new EntityRule { Nets = nets } : null,
            Destination = new EntityRule { Nets = isSource ? null : nets, Ports = [dice.Percent(85) ? PolicyPort.Single(dice.Any(Ports)) : PolicyPort.Range(8080, 8081)] },
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
