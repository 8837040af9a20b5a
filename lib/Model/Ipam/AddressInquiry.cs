using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>
/// A question of the collector to the node that addresses were given out on, and the node's answer: is the interface still there?
/// Nothing is taken from a living node without its answer. Stored at <see cref="EtcdKeys.Inquiry"/>; ours, not upstream's.
/// </summary>
public sealed record AddressInquiry : JsonObjectRecord
{
    /// <summary>The addresses in question; may be empty for an endpoint without any.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The host ends of the interfaces in question, where the store knows them.</summary>
    public IReadOnlyList<string>? Interfaces { get; init; }

    /// <summary>Identifies the question: an answer to another one counts for nothing.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Set by the node: true is its veto. Null is no answer yet.</summary>
    public bool? InUse { get; init; }

    /// <summary>What the node saw, for people.</summary>
    public string? Evidence { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }
}
