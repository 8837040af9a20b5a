using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Agent.Calc.Messages;

/// <summary>One side of a rule. Sets are named by their ids.</summary>
public sealed record ActiveEntity
{
    public static ActiveEntity Any { get; } = new();

    public ValueArray<Cidr> Nets { get; init; } = [];

    public ValueArray<Cidr> NotNets { get; init; } = [];

    /// <summary>A set of nets that must hold the address.</summary>
    public string? Set { get; init; }

    /// <summary>A set of nets that must not hold it.</summary>
    public string? NotSet { get; init; }

    /// <summary>Numbers and ranges. With <see cref="PortSets"/>, one of both lists must hold; both empty is any port.</summary>
    public ValueArray<PolicyPort> Ports { get; init; } = [];

    /// <summary>Sets of address, protocol and port.</summary>
    public ValueArray<string> PortSets { get; init; } = [];

    public ValueArray<PolicyPort> NotPorts { get; init; } = [];

    public ValueArray<string> NotPortSets { get; init; } = [];

    /// <summary>The backends of a service: of ports at a destination, of nets at a source.</summary>
    public string? ServiceSet { get; init; }

    public IEnumerable<string> Sets =>
        new[] { Set, NotSet, ServiceSet }.OfType<string>().Concat(PortSets).Concat(NotPortSets);
}
