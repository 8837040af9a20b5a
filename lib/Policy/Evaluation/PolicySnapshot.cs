using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>An interface of a host and its addresses: what tells which host endpoint an address belongs to.</summary>
public sealed record HostInterface(string Node, string Name, IReadOnlyList<IpAddress> Addresses);

/// <summary>One endpoint behind a port of a Service (from its EndpointSlices).</summary>
/// <param name="Protocol">The number in the IP header.</param>
public sealed record ServiceBackend(ServiceName Service, IpAddress Address, int Protocol, int Port);

/// <summary>A stored policy or profile that cannot be read at all; a profile's kind is Profile.</summary>
/// <param name="Problem">What is wrong with its value.</param>
public sealed record UnreadableObject(PolicyId Id, string Problem);

/// <summary>Everything a verdict depends on. The order of the lists means nothing.</summary>
public sealed record PolicySnapshot
{
    public IReadOnlyList<Resource<WorkloadEndpointSpec>> Workloads { get; init; } = [];

    public IReadOnlyList<Resource<HostEndpointSpec>> HostEndpoints { get; init; } = [];

    public IReadOnlyList<HostInterface> HostInterfaces { get; init; } = [];

    /// <summary>NetworkPolicies and StagedNetworkPolicies.</summary>
    public IReadOnlyList<Resource<NetworkPolicySpec>> Policies { get; init; } = [];

    /// <summary>GlobalNetworkPolicies and StagedGlobalNetworkPolicies.</summary>
    public IReadOnlyList<Resource<GlobalNetworkPolicySpec>> GlobalPolicies { get; init; } = [];

    /// <summary>Policies and profiles: they deny.</summary>
    public IReadOnlyList<UnreadableObject> Unreadable { get; init; } = [];

    public IReadOnlyList<Resource<TierSpec>> Tiers { get; init; } = [];

    /// <summary>With them come the labels of namespaces (<c>pcns.</c>) and service accounts (<c>pcsa.</c>).</summary>
    public IReadOnlyList<Resource<ProfileSpec>> Profiles { get; init; } = [];

    /// <summary>NetworkSets and GlobalNetworkSets.</summary>
    public IReadOnlyList<Resource<NetworkSetSpec>> NetworkSets { get; init; } = [];

    public IReadOnlyList<ServiceBackend> Services { get; init; } = [];

    public HostSettings Host { get; init; } = new();
}
