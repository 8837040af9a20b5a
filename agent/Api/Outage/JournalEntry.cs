using System.Collections.Immutable;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Api.Outage;

/// <summary>What became of an interface while the store was away: the last word of the journal about it.</summary>
/// <param name="Id">Rises with every entry.</param>
/// <param name="Addresses">What an ADD gave; empty after a DEL.</param>
/// <param name="Returned">Addresses of the reserve that the interface had in this journal and has no more.</param>
/// <param name="Endpoint">Of an ADD of our own plugin.</param>
public sealed record JournalEntry(
    long Id,
    WorkloadIdentity Identity,
    string Node,
    ImmutableArray<IpAddress> Addresses,
    ImmutableArray<IpAddress> Returned,
    Resource<WorkloadEndpointSpec>? Endpoint,
    DateTimeOffset At)
{
    public bool IsAdd => !Addresses.IsEmpty;

    public string EndpointKey => EtcdKeys.Endpoint(Identity, Node);

    /// <summary>What an ADD is answered with.</summary>
    public Assignment Assignment => new(Addresses, Endpoint?.Spec);

    /// <summary>Whom it is about.</summary>
    public (string Handle, string Interface) Subject => SubjectOf(Identity);

    public static (string Handle, string Interface) SubjectOf(WorkloadIdentity identity) => (identity.HandleId, identity.Interface);

    /// <summary>What tells the store.</summary>
    /// <param name="formers">Others that had one of the addresses before.</param>
    public IpamRequest ToRequest(IReadOnlyList<FormerHolder> formers) => IsAdd
        ? new AdoptRequest(Identity, Node, Addresses, Endpoint) { Formers = formers, ToReserve = Returned }
        : new ReleaseRequest(Identity, Node) { ToReserve = Returned };

    public override string ToString() => $"{(IsAdd ? "ADD" : "DEL")} of container {Identity.ContainerId} interface {Identity.Interface}";
}
