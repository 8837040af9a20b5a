namespace Calico.Ipam.Core.Collection;

/// <summary>Take back a holding exactly as it was seen: if any of it differs by now, nothing is taken.</summary>
/// <param name="Answer">
/// The question that its node answered with "not in use"; the transaction relies on that answer still standing. Null when no node can be asked:
/// it left the cluster, or nothing but a handle without address is left.
/// </param>
public sealed record ReclaimRequest(Holding Holding, DateTimeOffset? Answer);
