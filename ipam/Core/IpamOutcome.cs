namespace Calico.Ipam.Core;

/// <summary>What became of one request of a batch: exactly one of the three is set.</summary>
public sealed record IpamOutcome(Assignment? Assignment = null, ReleaseResult? Release = null, IpamException? Error = null);
