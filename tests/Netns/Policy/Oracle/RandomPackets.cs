using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>Packets between the actors, half of them made for a rule of the world. No two are of one connection.</summary>
internal sealed class RandomPackets(Dice dice, IReadOnlyList<Actor> actors, PolicySnapshot world)
{
    private readonly HashSet<(IpAddress, int, IpAddress, int, int)> _flows = [];

    private readonly List<PolicyRule> _rules =
    [
        .. world.Policies.SelectMany(policy => (policy.Spec.Ingress ?? []).Concat(policy.Spec.Egress ?? [])),
        .. world.GlobalPolicies.SelectMany(policy => (policy.Spec.Ingress ?? []).Concat(policy.Spec.Egress ?? [])),
    ];

    public List<Probe> Next(int count)
    {
        var probes = new List<Probe>();
        while (probes.Count < count)
        {
            var (from, to) = (dice.Any(actors), dice.Any(actors));
            var packet = Packet(from, to);
            if (from != to && IsNewFlow(packet))
            {
                probes.Add(new Probe(from.Place, to.Place, packet));
            }
        }

        return probes;
    }

    private Packet Packet(Actor from, Actor to)
    {
        var rule = _rules.Count > 0 && dice.Percent(60) ? dice.Any(_rules) : new PolicyRule();
        var protocol = rule.Protocol?.Number ?? dice.Any(6, 6, 6, 17, 17, 1, 132, 136, 253, 4);
        var family = protocol switch
        {
            58 => IpFamily.IPv6,
            1 => dice.Any(IpFamily.IPv4, IpFamily.IPv6),
            _ => (IpFamily?)rule.IPVersion ?? dice.Any(IpFamily.IPv4, IpFamily.IPv6),
        };
        protocol = protocol == 1 && family == IpFamily.IPv6 ? 58 : protocol;
        return new Packet(from.Address(family), to.Address(family), protocol, dice.Between(20_000, 60_000), DestinationPort(rule))
        {
            IcmpType = dice.Any(family == IpFamily.IPv6 ? RandomRules.IcmpV6Types : RandomRules.IcmpTypes),
            IcmpCode = dice.Percent(70) ? 0 : 1,
        };
    }

    private int DestinationPort(PolicyRule rule)
    {
        var ports = (rule.Destination?.Ports ?? rule.Destination?.NotPorts ?? []).Where(port => !port.IsNamed).ToList();
        if (ports.Count > 0 && dice.Percent(70))
        {
            var port = dice.Any(ports);
            return Math.Clamp(dice.Any(port.First, port.Last, port.Last + 1), 1, 65_535);
        }

        return dice.Percent(3) ? 4789 : dice.Percent(4) ? 22 : dice.Any(RandomRules.Ports);
    }

    // What connection tracking would take for more of an earlier one, or for its answer, is judged by that one.
    private bool IsNewFlow(Packet packet)
    {
        var (sourcePort, destinationPort) = packet.Protocol is 6 or 17 or 132 or 136 or 1 or 58 ? (packet.SourcePort, packet.DestinationPort) : (0, 0);
        return !_flows.Contains((packet.Destination, destinationPort, packet.Source, sourcePort, packet.Protocol))
            && _flows.Add((packet.Source, sourcePort, packet.Destination, destinationPort, packet.Protocol));
    }
}
