using System.Collections.Immutable;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core;

/// <summary>One operation of a batch.</summary>
/// <param name="Node">The node that the interface is on.</param>
public abstract record IpamRequest(WorkloadIdentity Identity, string Node)
{
    internal string EndpointKey => EtcdKeys.Endpoint(Identity, Node);
}

/// <summary>Addresses for one interface.</summary>
public sealed record AssignRequest(WorkloadIdentity Identity, string Node) : IpamRequest(Identity, Node)
{
    /// <summary>The families of the conf; an annotation may say otherwise.</summary>
    public IReadOnlyList<IpFamily> Families { get; init; } = [IpFamily.IPv4];

    /// <summary>Pools by name or CIDR from the conf; empty is every usable pool.</summary>
    public IReadOnlyList<string> IPv4Pools { get; init; } = [];

    public IReadOnlyList<string> IPv6Pools { get; init; } = [];

    /// <summary>Exactly these addresses, from the arguments of the call; empty is any.</summary>
    public IReadOnlyList<IpAddress> Addresses { get; init; } = [];

    public PodMetadata Metadata { get; init; } = PodMetadata.Empty;

    /// <summary>True for our own main plugin, which needs the endpoint; a foreign one gets addresses alone.</summary>
    public bool WritesEndpoint { get; init; } = true;
}

/// <summary>Gives back everything that one interface of one container holds.</summary>
public sealed record ReleaseRequest(WorkloadIdentity Identity, string Node) : IpamRequest(Identity, Node)
{
    /// <summary>Those of its addresses that go back to the node's reserve instead of becoming free.</summary>
    public IReadOnlyList<IpAddress> ToReserve { get; init; } = [];
}

/// <summary>What an ADD has got.</summary>
/// <param name="Addresses">IPv4 before IPv6.</param>
/// <param name="Endpoint">Null when none was asked for.</param>
public sealed record Assignment(ImmutableArray<IpAddress> Addresses, WorkloadEndpointSpec? Endpoint);

/// <summary>What a DEL has given back; both empty when there was nothing.</summary>
/// <param name="HostInterfaces">The host ends of the endpoints removed.</param>
public sealed record ReleaseResult(ImmutableArray<IpAddress> Addresses, ImmutableArray<string> HostInterfaces);

/// <summary>What the result of an ADD says, to be compared with the store.</summary>
/// <param name="HasEndpoint">Our own main plugin: the endpoint must be there too.</param>
public sealed record CheckRequest(WorkloadIdentity Identity, string Node, IReadOnlyList<IpAddress> Addresses, bool HasEndpoint);

/// <summary>An interface that must stay.</summary>
public sealed record Attachment(string ContainerId, string Interface);

public sealed record CollectRequest(string Network, string Node, IReadOnlyList<Attachment> Valid);

/// <param name="Failures">One message per attachment that could not be released.</param>
public sealed record CollectResult(ImmutableArray<string> HostInterfaces, ImmutableArray<string> Failures);

public sealed record ReadyRequest(string Node, IReadOnlyList<IpFamily> Families, IReadOnlyList<string> IPv4Pools, IReadOnlyList<string> IPv6Pools);
