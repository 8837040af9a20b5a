using Calico.Model.Json;
using Calico.Model.Net;

namespace Calico.Model.Ipam;

/// <summary>
/// A block of a pool as upstream stores it (features.md C5). <see cref="Allocations"/> has one entry per ordinal:
/// null when free, else an index into <see cref="Attributes"/>. <see cref="Unallocated"/> is the FIFO of free ordinals.
/// </summary>
public sealed record AllocationBlock : JsonObjectRecord
{
    /// <summary>Begins an <see cref="Affinity"/> to a node.</summary>
    public const string HostPrefix = "host:";

    /// <summary>The largest block has 2^12 addresses: /20 or /116.</summary>
    public const int MaxBits = 12;

    public required Cidr Cidr { get; init; }

    /// <summary><c>host:NODE</c>, <c>virtual:NAME</c>, or null when no one owns the block.</summary>
    public string? Affinity { get; init; }

    /// <summary>When the owner took the block; absent in blocks older than the field.</summary>
    public DateTimeOffset? AffinityClaimTime { get; init; }

    public required IReadOnlyList<int?> Allocations { get; init; }

    public required IReadOnlyList<int> Unallocated { get; init; }

    public required IReadOnlyList<AllocationAttribute> Attributes { get; init; }

    /// <summary>Counts the writes of this block; starts at the creation time in Unix nanoseconds, so a re-made block never repeats a number.</summary>
    public ulong SequenceNumber { get; init; }

    /// <summary>Ordinal (as text) to the sequence number at which it was given out.</summary>
    public Dictionary<string, ulong>? SequenceNumberForAllocation { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Does the block say what its CIDR promises? One that does not is nobody's to change, and has no holders.</summary>
    public bool IsSound() =>
        Cidr.Family.Bits() - Cidr.PrefixLength <= MaxBits
        && Allocations.Count == (int)Cidr.Size
        && Allocations.All(a => a is null || (a >= 0 && a < Attributes.Count))
        && Unallocated.All(o => o >= 0 && o < Allocations.Count && Allocations[o] is null);

    /// <summary>Who holds an address of the block, which is sound; null when it is free.</summary>
    public AllocationAttribute? HolderOf(IpAddress address) => Allocations[(int)Cidr.OrdinalOf(address)] is { } index ? Attributes[index] : null;

    /// <summary>The node that owns the block; null when nobody or something virtual does.</summary>
    public string? OwnerNode() => Affinity is { } affinity && affinity.StartsWith(HostPrefix, StringComparison.Ordinal) ? affinity[HostPrefix.Length..] : null;
}
