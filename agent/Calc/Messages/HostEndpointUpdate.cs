using Calico.Agent.Calc.Input;
using Calico.Model.Net;

namespace Calico.Agent.Calc.Messages;

/// <summary>
/// A host endpoint of this node. Of several for one interface the one with the smallest name counts, and one for all interfaces
/// only where there is no other.
/// </summary>
/// <param name="InterfaceName"><c>*</c> for all interfaces; empty: the interface that has one of <see cref="ExpectedIPs"/>.</param>
public sealed record HostEndpointUpdate(ResourceId Id, string InterfaceName) : DataplaneMessage
{
    /// <summary>Nothing but a means to find the interface, and only where <see cref="InterfaceName"/> is empty.</summary>
    public ValueArray<IpAddress> ExpectedIPs { get; init; } = [];

    /// <summary>Those of its profiles that exist, in its order.</summary>
    public ValueArray<string> Profiles { get; init; } = [];

    public ValueArray<EndpointTier> Normal { get; init; } = [];

    public ValueArray<EndpointTier> Forward { get; init; } = [];

    public ValueArray<EndpointTier> Untracked { get; init; } = [];

    public ValueArray<EndpointTier> PreDnat { get; init; } = [];

    /// <summary>It is for what the host sends, receives and forwards through any interface.</summary>
    public bool IsForAllInterfaces => InterfaceName == "*";

    /// <summary>True for the interface that it names or, when it names none, that has an address it expects.</summary>
    public bool IsFor(string interfaceName, IReadOnlyCollection<IpAddress> addresses) =>
        IsForAllInterfaces || (InterfaceName.Length > 0 ? InterfaceName == interfaceName : ExpectedIPs.Any(addresses.Contains));
}
