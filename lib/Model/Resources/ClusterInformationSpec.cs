using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>Facts of the cluster; the one object is named default.</summary>
public sealed record ClusterInformationSpec : JsonObjectRecord
{
    [JsonPropertyName("clusterGUID")]
    public string? ClusterGuid { get; init; }

    [JsonPropertyName("clusterType")]
    public string? ClusterType { get; init; }

    [JsonPropertyName("calicoVersion")]
    public string? CalicoVersion { get; init; }

    /// <summary>While false, no address is given out and no pod is added.</summary>
    [JsonPropertyName("datastoreReady")]
    public bool? DatastoreReady { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }
}
