using Calico.Agent.Calc.Input;
using Calico.Model.Net;

namespace Calico.Agent.Calc.Messages;

/// <summary>A host endpoint of this node.</summary>
/// <param name="InterfaceName"><c>*</c> for all interfaces; empty: the interface that has one of <see cref="ExpectedIPs"/>.</param>
public sealed record HostEndpointUpdate(ResourceId Id, string InterfaceName) : DataplaneMessage
{
    public ValueArray<IpAddress> ExpectedIPs { get; init; } = [];

    /// <summary>Those of its profiles that exist, in its order.</summary>
    public ValueArray<string> Profiles { get; init; } = [];

    public ValueArray<EndpointTier> Normal { get; init; } = [];

    public ValueArray<EndpointTier> Forward { get; init; } = [];

    public ValueArray<EndpointTier> Untracked { get; init; } = [];

    public ValueArray<EndpointTier> PreDnat { get; init; } = [];
}
