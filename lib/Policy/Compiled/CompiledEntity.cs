using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Selectors;

namespace Calico.Policy.Compiled;

/// <summary>
/// One side of a rule, ready to match: every condition that is there must hold. Selectors already include namespace and service
/// account, and name a set of addresses: those of the endpoints and network sets that they select. Compares by content.
/// </summary>
public sealed record CompiledEntity
{
    public static CompiledEntity Any { get; } = new();

    public ImmutableArray<Cidr> Nets { get; init; } = [];

    public ImmutableArray<Cidr> NotNets { get; init; } = [];

    /// <summary>Null is any address, also one that belongs to nothing we know.</summary>
    public Selector? Selector { get; init; }

    public Selector? NotSelector { get; init; }

    public ImmutableArray<PolicyPort> Ports { get; init; } = [];

    public ImmutableArray<PolicyPort> NotPorts { get; init; } = [];

    public ServiceName? Service { get; init; }

    public bool Equals(CompiledEntity? other) =>
        other is not null
        && Nets.SequenceEqual(other.Nets) && NotNets.SequenceEqual(other.NotNets)
        && Equals(Selector, other.Selector) && Equals(NotSelector, other.NotSelector)
        && Ports.SequenceEqual(other.Ports) && NotPorts.SequenceEqual(other.NotPorts)
        && Service == other.Service;

    public override int GetHashCode() =>
        HashCode.Combine(Nets.Length, NotNets.Length, Selector, NotSelector, Ports.Length, NotPorts.Length, Service);
}
