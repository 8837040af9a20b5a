using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>A rule of a policy or a profile.</summary>
internal static class RuleValidator
{
    private const int MaxRules = 1024;
    private const int Icmp = 1;
    private const int Tcp = 6;
    private const int IcmpV6 = 58;
    private static readonly EntityRule Any = new();

    public static void CheckAll(
        ErrorList errors, string path, IReadOnlyList<PolicyRule?> rules, PolicyDirection direction, bool isGlobal)
    {
        errors.CheckCount(path, rules.Count, MaxRules);
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is { } rule)
            {
                Check(errors, $"{path}[{i}]", rule, direction, isGlobal);
            }
            else
            {
                errors.Add($"{path}[{i}]", "is not a rule; expected an object with an action");
            }
        }
    }

    private static void Check(ErrorList errors, string path, PolicyRule rule, PolicyDirection direction, bool isGlobal)
    {
        errors.CheckOneOf($"{path}.action", rule.Action ?? "", "Allow", "Deny", "Log", "Pass");
        CheckProtocol(errors, $"{path}.protocol", rule.Protocol, rule.IPVersion);
        CheckProtocol(errors, $"{path}.notProtocol", rule.NotProtocol, rule.IPVersion);
        CheckIcmp(errors, $"{path}.icmp", rule.Icmp, rule.Protocol);
        CheckIcmp(errors, $"{path}.notICMP", rule.NotIcmp, rule.Protocol);
        CheckPortsHaveProtocol(errors, $"{path}.source", rule.Source, rule.Protocol);
        CheckPortsHaveProtocol(errors, $"{path}.destination", rule.Destination, rule.Protocol);
        CheckHttp(errors, $"{path}.http", rule, direction);
        CheckFamilies(errors, path, rule);
        EntityValidator.Check(errors, $"{path}.source", rule.Source ?? Any, direction == PolicyDirection.Ingress, isGlobal);
        EntityValidator.Check(errors, $"{path}.destination", rule.Destination ?? Any, direction == PolicyDirection.Egress, isGlobal);
    }

    private static void CheckProtocol(ErrorList errors, string path, PolicyProtocol? protocol, int? ipVersion)
    {
        if (protocol is not { } stated)
        {
            return;
        }

        if (stated.Number is not { } number)
        {
            errors.Add(path, $"{ErrorList.Quote(stated.Text)} is not a protocol: TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255");
        }
        else if ((number, ipVersion) is (Icmp, 6) or (IcmpV6, 4))
        {
            errors.Add(path, $"{stated.Text} does not exist in IPv{ipVersion}");
        }
    }

    private static void CheckIcmp(ErrorList errors, string path, IcmpMatch? icmp, PolicyProtocol? protocol)
    {
        if (icmp is null)
        {
            return;
        }

        if (protocol?.Number is not (Icmp or IcmpV6))
        {
            errors.Add(path, "needs the rule's protocol to be ICMP or ICMPv6");
        }

        if (icmp.Type is < 0 or > 254)
        {
            errors.Add($"{path}.type", $"{icmp.Type} is out of range; expected 0 to 254");
        }

        if (icmp.Code is < 0 or > 255)
        {
            errors.Add($"{path}.code", $"{icmp.Code} is out of range; expected 0 to 255");
        }

        if (icmp is { Code: not null, Type: null })
        {
            errors.Add($"{path}.type", "is missing; a code means something only with its type");
        }
    }

    private static void CheckPortsHaveProtocol(ErrorList errors, string path, EntityRule? entity, PolicyProtocol? protocol)
    {
        const string Problem = "need the rule's protocol to be TCP, UDP or SCTP";
        if (protocol is { HasPorts: true })
        {
            return;
        }

        if (entity?.Ports is { Count: > 0 })
        {
            errors.Add($"{path}.ports", Problem);
        }

        if (entity?.NotPorts is { Count: > 0 })
        {
            errors.Add($"{path}.notPorts", Problem);
        }
    }

    private static void CheckHttp(ErrorList errors, string path, PolicyRule rule, PolicyDirection direction)
    {
        if (rule.Http is null)
        {
            return;
        }

        if (rule.Action != "Allow" || direction == PolicyDirection.Egress)
        {
            errors.Add(path, "can only stand in an ingress rule whose action is Allow");
        }

        if (rule.Protocol is { } protocol && protocol.Number != Tcp)
        {
            errors.Add(path, "needs the rule's protocol to be TCP or absent");
        }
    }

    private static void CheckFamilies(ErrorList errors, string path, PolicyRule rule)
    {
        if (rule.IPVersion is not (null or 4 or 6))
        {
            errors.Add($"{path}.ipVersion", $"{rule.IPVersion} is neither 4 nor 6");
            return;
        }

        // The first one says which family the rule is of; those of the other family are wrong.
        var family = (IpFamily?)rule.IPVersion ?? (rule.Protocol?.Number) switch { Icmp => IpFamily.IPv4, IcmpV6 => IpFamily.IPv6, _ => null };
        foreach (var (field, nets) in NetsOf(rule))
        {
            for (var i = 0; i < nets?.Count; i++)
            {
                if (!Cidr.TryParse(nets[i], out var net))
                {
                    continue;
                }

                family ??= net.Family;
                if (net.Family != family)
                {
                    errors.Add($"{path}.{field}[{i}]", $"{net} is not {family}, which this rule is about; write one rule for each family");
                }
            }
        }
    }

    private static IEnumerable<(string Field, IReadOnlyList<string>? Nets)> NetsOf(PolicyRule rule) =>
    [
        ("source.nets", rule.Source?.Nets),
        ("source.notNets", rule.Source?.NotNets),
        ("destination.nets", rule.Destination?.Nets),
        ("destination.notNets", rule.Destination?.NotNets),
    ];
}
