using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing;

/// <summary>Everything that decides how this node routes, at one instant. Lists are in the order of their keys.</summary>
public sealed record RoutingModel
{
    public required string NodeName { get; init; }

    /// <summary>An IPv4-formed id, <c>hash</c> for one made of the node's name, or null for the node's IPv4 address.</summary>
    public string? RouterId { get; init; }

    /// <summary>What the names of the host ends of pods begin with.</summary>
    public IReadOnlyList<string> InterfacePrefixes { get; init; } = ["cali"];

    /// <summary>Where BIRD writes its log; null leaves it to syslog.</summary>
    public string? LogFile { get; init; }

    public IReadOnlyList<Resource<NodeSpec>> Nodes { get; init; } = [];

    public IReadOnlyList<Resource<IpPoolSpec>> Pools { get; init; } = [];

    public IReadOnlyList<Resource<BgpPeerSpec>> Peers { get; init; } = [];

    public IReadOnlyList<Resource<BgpConfigurationSpec>> Configurations { get; init; } = [];

    public IReadOnlyList<Resource<BgpFilterSpec>> Filters { get; init; } = [];

    /// <summary>The blocks whose affinity to this node is confirmed, ascending.</summary>
    public IReadOnlyList<Cidr> Blocks { get; init; } = [];

    /// <summary>Objects that could not be read at all.</summary>
    public IReadOnlyList<RoutingProblem> Problems { get; init; } = [];
}
