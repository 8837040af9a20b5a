using System.Text.Json.Serialization;
using Calico.Model.Json;
using Calico.Model.Net;

namespace Calico.Model.Resources;

/// <summary>How a node speaks BGP.</summary>
public sealed record NodeBgpSpec : JsonObjectRecord
{
    [JsonPropertyName("ipv4Address")]
    public InterfaceAddress? IPv4Address { get; init; }

    [JsonPropertyName("ipv6Address")]
    public InterfaceAddress? IPv6Address { get; init; }

    [JsonPropertyName("asNumber")]
    public AsNumber? AsNumber { get; init; }

    [JsonPropertyName("ipv4IPIPTunnelAddr")]
    public string? IPv4IpipTunnelAddr { get; init; }

    /// <summary>A route reflector leaves the full mesh.</summary>
    [JsonPropertyName("routeReflectorClusterID")]
    public string? RouteReflectorClusterId { get; init; }
}
