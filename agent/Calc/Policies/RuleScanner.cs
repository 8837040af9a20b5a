using System.Collections.Immutable;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Sets;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Policies;

/// <summary>Turns rules into what the dataplane renders, and takes a reference to every set that they need.</summary>
internal sealed class RuleScanner(IpSetIndex sets)
{
    public ValueArray<ActiveRule> Acquire(ImmutableArray<CompiledRule> rules) => new([.. rules.Select(Acquire)]);

    public void Release(ValueArray<ActiveRule> rules)
    {
        foreach (var set in rules.SelectMany(rule => rule.Source.Sets.Concat(rule.Destination.Sets)))
        {
            sets.Release(set);
        }
    }

    private ActiveRule Acquire(CompiledRule rule) => new(rule.Action)
    {
        Family = rule.Family,
        Protocol = rule.Protocol,
        NotProtocol = rule.NotProtocol,
        Icmp = rule.Icmp,
        NotIcmp = rule.NotIcmp,
        Source = Acquire(rule.Source, rule.Protocol, IpSetKind.Nets),
        Destination = Acquire(rule.Destination, rule.Protocol, IpSetKind.Ports),
        MatchesNothing = rule.MatchesNothing,
    };

    // Towards a service its ports are meant; what comes from it comes from any port.
    private ActiveEntity Acquire(CompiledEntity entity, int? protocol, IpSetKind serviceKind)
    {
        if (entity == CompiledEntity.Any)
        {
            return ActiveEntity.Any;
        }

        return new ActiveEntity
        {
            Nets = new(entity.Nets),
            NotNets = new(entity.NotNets),
            Set = entity.Selector is { } selector ? sets.Acquire(selector) : null,
            NotSet = entity.NotSelector is { } excluded ? sets.Acquire(excluded) : null,
            Ports = [.. entity.Ports.Where(port => !port.IsNamed)],
            NotPorts = [.. entity.NotPorts.Where(port => !port.IsNamed)],
            PortSets = [.. entity.Ports.Where(port => port.IsNamed).Select(port => NamedPort(entity, protocol, port.Name))],
            NotPortSets = [.. entity.NotPorts.Where(port => port.IsNamed).Select(port => NamedPort(entity, protocol, port.Name))],
            ServiceSet = entity.Service is { } service ? sets.Acquire(service, serviceKind) : null,
        };
    }

    // Of the endpoints the rule selects, not of all that have a port of that name: most sets are then small. A valid rule with ports
    // has a protocol.
    private string NamedPort(CompiledEntity entity, int? protocol, string name) =>
        sets.Acquire(entity.Selector ?? Selector.All, protocol ?? 0, name);
}
