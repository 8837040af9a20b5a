using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>Who holds an address of a block: the handle and upstream's free fields (node, pod, namespace, timestamp, ...).</summary>
public sealed record AllocationAttribute : JsonObjectRecord
{
    [JsonPropertyName("handle_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? HandleId { get; init; }

    [JsonPropertyName("secondary")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Dictionary<string, string>? Secondary { get; init; }

    /// <summary>Set while a released address waits out the cool-down.</summary>
    [JsonPropertyName("releasedAt")]
    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? ReleasedAt { get; init; }
}
