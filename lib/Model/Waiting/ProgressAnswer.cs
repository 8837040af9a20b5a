using System.Text.Json.Serialization;

namespace Calico.Model.Waiting;

/// <summary>A node's answer to a <see cref="ProgressQuestion"/>. Stored at <see cref="EtcdKeys.Answer"/>; a later one takes its place.</summary>
public sealed record ProgressAnswer
{
    /// <summary>The node's kernel has the revision that was asked for.</summary>
    [JsonPropertyName("done")]
    public bool Done { get; init; }

    /// <summary>What it has, of the datastore; 0 for nothing yet.</summary>
    [JsonPropertyName("revision")]
    public long Revision { get; init; }

    /// <summary>Why not yet; and what is wrong with the object on this node although it is done. For people.</summary>
    [JsonPropertyName("problems")]
    public IReadOnlyList<string>? Problems { get; init; }
}
