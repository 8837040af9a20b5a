using Calico.Model.Net;

namespace Calico.Policy.Compiled;

/// <summary>A rule, ready to match and to render. Compares by content.</summary>
public sealed record CompiledRule(RuleAction Action)
{
    /// <summary>What an object that cannot be read does to all it selects.</summary>
    public static CompiledRule DenyAll { get; } = new(RuleAction.Deny);

    public static CompiledRule AllowAll { get; } = new(RuleAction.Allow);

    /// <summary>The rule's ipVersion, or what its ICMP protocol or its nets imply; null is both families.</summary>
    public IpFamily? Family { get; init; }

    /// <summary>The number in the IP header.</summary>
    public int? Protocol { get; init; }

    public int? NotProtocol { get; init; }

    public IcmpCondition? Icmp { get; init; }

    public IcmpCondition? NotIcmp { get; init; }

    public CompiledEntity Source { get; init; } = CompiledEntity.Any;

    public CompiledEntity Destination { get; init; } = CompiledEntity.Any;

    /// <summary>The rule speaks of HTTP, which needs a proxy that we do not have. Only Allow may, so it fails closed.</summary>
    public bool MatchesNothing { get; init; }
}
