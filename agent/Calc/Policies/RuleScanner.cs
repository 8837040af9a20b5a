using System.Collections.Immutable;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Sets;
using Calico.Model.Net;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Policies;

/// <summary>Turns rules into what the dataplane renders, and takes a reference to every set that they need.</summary>
internal sealed class RuleScanner(IpSetIndex sets)
{
    public ValueArray<ActiveRule> Acquire(ImmutableArray<CompiledRule> rules) => new([.. RuleFolder.Fold(rules).Select(Acquire)]);

    public void Release(ValueArray<ActiveRule> rules)
    {
        foreach (var set in rules.SelectMany(rule => rule.Source.Sets.Concat(rule.Destination.Sets)))
        {
            sets.Release(set);
        }
    }

    private ActiveRule Acquire(FoldedRule folded)
    {
        var rule = folded.Rule;
        var source = Acquire(rule.Source, rule.Protocol, IpSetKind.Nets);
        var destination = Acquire(rule.Destination, rule.Protocol, IpSetKind.Ports);
        var pairs = folded.Pairs.Length > 0 ? sets.Acquire(IpSetKind.NetPorts, folded.Pairs) : null;
        return new ActiveRule(rule.Action)
        {
            Family = rule.Family,
            Protocol = rule.Protocol,
            NotProtocol = rule.NotProtocol,
            Icmp = rule.Icmp,
            NotIcmp = rule.NotIcmp,
            Source = pairs is not null && folded.PairsAreOfSource ? source with { NetPortSet = pairs } : source,
            Destination = pairs is not null && !folded.PairsAreOfSource ? destination with { NetPortSet = pairs } : destination,
            MatchesNothing = rule.MatchesNothing,
        };
    }

    // Towards a service its ports are meant; what comes from it comes from any port.
    private ActiveEntity Acquire(CompiledEntity entity, int? protocol, IpSetKind serviceKind)
    {
        if (entity == CompiledEntity.Any)
        {
            return ActiveEntity.Any;
        }

        return new ActiveEntity
        {
            Nets = IsList(entity.Nets) ? [] : new(entity.Nets),
            NotNets = IsList(entity.NotNets) ? [] : new(entity.NotNets),
            ListSet = IsList(entity.Nets) ? Listed(entity.Nets) : null,
            NotListSet = IsList(entity.NotNets) ? Listed(entity.NotNets) : null,
            Set = entity.Selector is { } selector ? sets.Acquire(selector) : null,
            NotSet = entity.NotSelector is { } excluded ? sets.Acquire(excluded) : null,
            Ports = [.. entity.Ports.Where(port => !port.IsNamed)],
            NotPorts = [.. entity.NotPorts.Where(port => !port.IsNamed)],
            PortSets = [.. entity.Ports.Where(port => port.IsNamed).Select(port => NamedPort(entity, protocol, port.Name))],
            NotPortSets = [.. entity.NotPorts.Where(port => port.IsNamed).Select(port => NamedPort(entity, protocol, port.Name))],
            ServiceSet = entity.Service is { } service ? sets.Acquire(service, serviceKind) : null,
        };
    }

    private static bool IsList(ImmutableArray<Cidr> nets) => nets.Length >= RuleFolder.LeastOfASet;

    private string Listed(ImmutableArray<Cidr> nets) => sets.Acquire(IpSetKind.Nets, [.. nets.Distinct().Select(net => new IpSetMember(net))]);

    // Of the endpoints the rule selects, not of all that have a port of that name: most sets are then small. A valid rule with ports
    // has a protocol.
    private string NamedPort(CompiledEntity entity, int? protocol, string name) =>
        sets.Acquire(entity.Selector ?? Selector.All, protocol ?? 0, name);
}
