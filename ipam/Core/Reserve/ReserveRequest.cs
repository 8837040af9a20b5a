using Calico.Model.Net;

namespace Calico.Ipam.Core.Reserve;

/// <summary>Brings the node's reserve to a number of addresses: takes what is missing out of blocks that the node owns, gives back what is too many or can no longer be used.</summary>
/// <param name="Count">Addresses of each family; 0 gives all of it back.</param>
public sealed record ReserveRequest(string Node, int Count) : IpamRequest(NodeReserve.Identity(Node), Node)
{
    /// <summary>Addresses of the reserve that pods have already, though the store does not know yet: they stay, and do not count.</summary>
    public IReadOnlyList<IpAddress> InUse { get; init; } = [];
}
