using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>An address of a node and what it is for.</summary>
public sealed record NodeAddress : JsonObjectRecord
{
    [JsonPropertyName("address")]
    public required string Address { get; init; }

    /// <summary>InternalIP, ExternalIP or CalicoNodeIP.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }
}
