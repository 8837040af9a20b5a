using Calico.Model.Net;

namespace Calico.Ipam.Core.Audit;

/// <summary>Free one address exactly as it was seen: if it was given out anew since, it stays.</summary>
/// <param name="HandleId">Who holds it; null for an allocation without handle.</param>
/// <param name="Sequence">The block's sequence number at which it was given out.</param>
public sealed record AddressRelease(IpAddress Address, Cidr Block, string? HandleId, ulong Sequence);
