using Calico.Model.Net;

namespace Calico.Ipam.Core.Collection;

/// <summary>One allocated address.</summary>
/// <param name="Sequence">The block's sequence number at which it was given out: the same address given out again has another.</param>
public sealed record HeldAddress(IpAddress Address, Cidr Block, ulong Sequence);
