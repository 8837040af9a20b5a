using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>The part of Kubernetes' ObjectMeta that upstream stores. <c>resourceVersion</c> is never stored: it is etcd's ModRevision.</summary>
public sealed record ObjectMeta : JsonObjectRecord
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("creationTimestamp")]
    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    [JsonPropertyName("labels")]
    public Dictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("annotations")]
    public Dictionary<string, string>? Annotations { get; init; }
}
