using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>BGP for the whole cluster (name default) or one node (name node.NAME).</summary>
public sealed record BgpConfigurationSpec : JsonObjectRecord
{
    [JsonPropertyName("logSeverityScreen")]
    public string? LogSeverityScreen { get; init; }

    [JsonPropertyName("nodeToNodeMeshEnabled")]
    public bool? NodeToNodeMeshEnabled { get; init; }

    [JsonPropertyName("asNumber")]
    public AsNumber? AsNumber { get; init; }

    [JsonPropertyName("listenPort")]
    public int? ListenPort { get; init; }

    [JsonPropertyName("bindMode")]
    public string? BindMode { get; init; }

    [JsonPropertyName("nodeMeshMaxRestartTime")]
    public string? NodeMeshMaxRestartTime { get; init; }

    [JsonPropertyName("serviceClusterIPs")]
    public JsonElement? ServiceClusterIPs { get; init; }

    [JsonPropertyName("serviceExternalIPs")]
    public JsonElement? ServiceExternalIPs { get; init; }

    [JsonPropertyName("serviceLoadBalancerIPs")]
    public JsonElement? ServiceLoadBalancerIPs { get; init; }

    [JsonPropertyName("communities")]
    public JsonElement? Communities { get; init; }

    [JsonPropertyName("prefixAdvertisements")]
    public JsonElement? PrefixAdvertisements { get; init; }
}
