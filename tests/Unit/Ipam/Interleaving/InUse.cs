using System.Collections.Immutable;
using Calico.Model.Identity;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>An interface that is plugged in, with the addresses that its ADD returned.</summary>
/// <param name="IsUntold">They come out of the node's reserve, and the store does not know yet.</param>
internal sealed record InUse(WorkloadIdentity Identity, string Node, ImmutableArray<IpAddress> Addresses, bool IsUntold = false)
{
    public string Key => $"{Identity.HandleId}/{Identity.Interface}";

    public override string ToString() => $"{Key} on {Node} uses {string.Join(' ', Addresses)}{(IsUntold ? " of the reserve" : "")}";
}
