using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Messages;

/// <summary>A rule whose selectors, named ports and services are IP sets. Every condition that is there must hold.</summary>
public sealed record ActiveRule(RuleAction Action)
{
    /// <summary>Null is both families.</summary>
    public IpFamily? Family { get; init; }

    /// <summary>The number in the IP header.</summary>
    public int? Protocol { get; init; }

    public int? NotProtocol { get; init; }

    public IcmpCondition? Icmp { get; init; }

    public IcmpCondition? NotIcmp { get; init; }

    public ActiveEntity Source { get; init; } = ActiveEntity.Any;

    public ActiveEntity Destination { get; init; } = ActiveEntity.Any;

    /// <summary>Kept, so that rules keep their places, and never rendered.</summary>
    public bool MatchesNothing { get; init; }
}
