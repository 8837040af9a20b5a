using System.Collections.Immutable;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Collection;

/// <summary>A block as the collector sees it.</summary>
/// <param name="Owner">The node that owns it; null when nobody or something virtual does.</param>
/// <param name="HasAffinity">Anybody owns it, a node or something virtual.</param>
/// <param name="Sequence">Counts the writes of the block.</param>
/// <param name="ClaimedAt">When the owner took it; null in blocks older than the field.</param>
/// <param name="InUse">Addresses that somebody holds.</param>
/// <param name="IsEmpty">Nobody holds an address and none is cooling down.</param>
/// <param name="UsedByNode">Addresses held, by the node they were given out on; an empty name where the store does not say.</param>
public sealed record BlockSummary(
    Cidr Cidr, string? Owner, bool HasAffinity, ulong Sequence, DateTimeOffset? ClaimedAt, int InUse, bool IsEmpty, ImmutableSortedDictionary<string, int> UsedByNode);
