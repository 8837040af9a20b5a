using Calico.Agent.Calc.Input;
using Calico.Model.Net;

namespace Calico.Agent.Calc.Messages;

/// <summary>A workload of this node.</summary>
/// <param name="InterfaceName">Of the host end; never empty.</param>
public sealed record WorkloadEndpointUpdate(ResourceId Id, string InterfaceName) : DataplaneMessage
{
    public MacAddress? Mac { get; init; }

    public ValueArray<Cidr> Networks { get; init; } = [];

    /// <summary>As written: sources that the workload may send from although they are not its own.</summary>
    public ValueArray<string> AllowSpoofedSourcePrefixes { get; init; } = [];

    /// <summary>Those of its profiles that exist, in its order.</summary>
    public ValueArray<string> Profiles { get; init; } = [];

    /// <summary>Those that it names when none of them exists: what no policy allows is then dropped, both ways. Empty as soon as one exists.</summary>
    public ValueArray<string> MissingProfiles { get; init; } = [];

    /// <summary>The tiers that have policies for it, in order.</summary>
    public ValueArray<EndpointTier> Tiers { get; init; } = [];
}
