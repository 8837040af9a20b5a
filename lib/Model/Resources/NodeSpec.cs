using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A node of the cluster.</summary>
public sealed record NodeSpec : JsonObjectRecord
{
    [JsonPropertyName("bgp")]
    public NodeBgpSpec? Bgp { get; init; }

    [JsonPropertyName("addresses")]
    public IReadOnlyList<NodeAddress>? Addresses { get; init; }

    [JsonPropertyName("orchRefs")]
    public IReadOnlyList<OrchRef>? OrchRefs { get; init; }

    [JsonPropertyName("ipv4VXLANTunnelAddr")]
    public string? IPv4VxlanTunnelAddr { get; init; }

    [JsonPropertyName("vxlanTunnelMACAddr")]
    public string? VxlanTunnelMacAddr { get; init; }
}
