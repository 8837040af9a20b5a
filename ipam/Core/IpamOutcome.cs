using Calico.Ipam.Core.Reserve;

namespace Calico.Ipam.Core;

/// <summary>What became of one request of a batch: exactly one of the first four is set.</summary>
/// <param name="Revision">The store's revision at which the request's endpoint was last written; that of the transaction when it has none. 0 for an error.</param>
public sealed record IpamOutcome(
    Assignment? Assignment = null, ReleaseResult? Release = null, IpamException? Error = null, ReserveContent? Reserve = null, long Revision = 0);
