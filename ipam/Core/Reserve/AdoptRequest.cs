using System.Collections.Immutable;
using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Reserve;

/// <summary>Writes down what a container was given out of the node's reserve while the store was away. May be repeated.</summary>
/// <param name="Endpoint">Null when none was asked for.</param>
public sealed record AdoptRequest(
    WorkloadIdentity Identity, string Node, ImmutableArray<IpAddress> Addresses, Resource<WorkloadEndpointSpec>? Endpoint) : IpamRequest(Identity, Node)
{
    /// <summary>Who had one of the addresses before.</summary>
    public IReadOnlyList<FormerHolder> Formers { get; init; } = [];

    /// <summary>Other addresses of the reserve that the container had before: they go back to the reserve.</summary>
    public IReadOnlyList<IpAddress> ToReserve { get; init; } = [];
}
