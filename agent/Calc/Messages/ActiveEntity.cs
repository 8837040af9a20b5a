using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Agent.Calc.Messages;

/// <summary>One side of a rule. Sets are named by their ids.</summary>
public sealed record ActiveEntity
{
    public static ActiveEntity Any { get; } = new();

    public ValueArray<Cidr> Nets { get; init; } = [];

    public ValueArray<Cidr> NotNets { get; init; } = [];

    /// <summary>A set of nets that the rule lists: they are many. It must hold the address.</summary>
    public string? ListSet { get; init; }

    /// <summary>The same of nets that must not hold it.</summary>
    public string? NotListSet { get; init; }

    /// <summary>A set that the rule lists: it must hold the address of this side with the protocol and the port of the destination.</summary>
    public string? NetPortSet { get; init; }

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
        new[] { Set, NotSet, ListSet, NotListSet, NetPortSet, ServiceSet }.OfType<string>().Concat(PortSets).Concat(NotPortSets);
}
