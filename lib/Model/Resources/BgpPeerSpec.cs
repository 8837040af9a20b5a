using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A BGP neighbour of all nodes, of one node, or of those that a selector picks.</summary>
public sealed record BgpPeerSpec : JsonObjectRecord
{
    [JsonPropertyName("node")]
    public string? Node { get; init; }

    [JsonPropertyName("nodeSelector")]
    public string? NodeSelector { get; init; }

    /// <summary>address, address:port or [address]:port.</summary>
    [JsonPropertyName("peerIP")]
    public string? PeerIP { get; init; }

    [JsonPropertyName("asNumber")]
    public AsNumber? AsNumber { get; init; }

    [JsonPropertyName("localASNumber")]
    public AsNumber? LocalAsNumber { get; init; }

    /// <summary>Peers are the nodes whose labels match; excludes peerIP.</summary>
    [JsonPropertyName("peerSelector")]
    public string? PeerSelector { get; init; }

    [JsonPropertyName("keepOriginalNextHop")]
    public bool? KeepOriginalNextHop { get; init; }

    /// <summary>Auto, Self or Keep.</summary>
    [JsonPropertyName("nextHopMode")]
    public string? NextHopMode { get; init; }

    [JsonPropertyName("password")]
    public JsonElement? Password { get; init; }

    /// <summary>UseNodeIP (default) or None.</summary>
    [JsonPropertyName("sourceAddress")]
    public string? SourceAddress { get; init; }

    [JsonPropertyName("maxRestartTime")]
    public string? MaxRestartTime { get; init; }

    [JsonPropertyName("keepaliveTime")]
    public string? KeepaliveTime { get; init; }

    [JsonPropertyName("ttlSecurity")]
    public int? TtlSecurity { get; init; }

    [JsonPropertyName("numAllowedLocalASNumbers")]
    public int? NumAllowedLocalAsNumbers { get; init; }

    [JsonPropertyName("reachableBy")]
    public string? ReachableBy { get; init; }

    [JsonPropertyName("filters")]
    public IReadOnlyList<string>? Filters { get; init; }
}
