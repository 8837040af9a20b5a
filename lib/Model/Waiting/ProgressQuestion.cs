using System.Text.Json.Serialization;

namespace Calico.Model.Waiting;

/// <summary>
/// Asks every node whether its kernel has what the datastore held at a revision. Stored at <see cref="EtcdKeys.Question"/> under the lease of who waits;
/// ours, not upstream's.
/// </summary>
public sealed record ProgressQuestion
{
    /// <summary>The datastore's.</summary>
    [JsonPropertyName("revision")]
    public long Revision { get; init; }

    /// <summary>The object that is waited for, as in <c>NetworkPolicy shop/default.web</c>; null for everything.</summary>
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    /// <summary>The lease that answers shall be stored under, so that they vanish with the question.</summary>
    [JsonPropertyName("lease")]
    public long Lease { get; init; }
}
