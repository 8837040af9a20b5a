using System.Text.Json.Serialization;
using Calico.Model.Json;
using Calico.Model.Net;

namespace Calico.Model.Ipam;

/// <summary>
/// A block of a pool as upstream stores it (features.md C5). <see cref="Allocations"/> has one entry per ordinal:
/// null when free, else an index into <see cref="Attributes"/>. <see cref="Unallocated"/> is the FIFO of free ordinals.
/// </summary>
public sealed record AllocationBlock : JsonObjectRecord
{
    [JsonPropertyName("cidr")]
    public required Cidr Cidr { get; init; }

    /// <summary><c>host:NODE</c>, <c>virtual:NAME</c>, or null when no one owns the block.</summary>
    [JsonPropertyName("affinity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Affinity { get; init; }

    /// <summary>When the owner took the block; absent in blocks older than the field.</summary>
    [JsonPropertyName("affinity_claim_time")]
    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? AffinityClaimTime { get; init; }

    [JsonPropertyName("allocations")]
    public required IReadOnlyList<int?> Allocations { get; init; }

    [JsonPropertyName("unallocated")]
    public required IReadOnlyList<int> Unallocated { get; init; }

    [JsonPropertyName("attributes")]
    public required IReadOnlyList<AllocationAttribute> Attributes { get; init; }

    /// <summary>Counts the writes of this block; starts at the creation time in Unix nanoseconds, so a re-made block never repeats a number.</summary>
    [JsonPropertyName("sequenceNumber")]
    public ulong SequenceNumber { get; init; }

    /// <summary>Ordinal (as text) to the sequence number at which it was given out.</summary>
    [JsonPropertyName("sequenceNumberForAllocation")]
    public Dictionary<string, ulong>? SequenceNumberForAllocation { get; init; }

    [JsonPropertyName("deleted")]
    public bool Deleted { get; init; }
}
