using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>All addresses of one attachment: how many it holds in each block, by the block's CIDR.</summary>
public sealed record IpamHandle : JsonObjectRecord
{
    [JsonPropertyName("block")]
    public required Dictionary<string, int> Block { get; init; }

    [JsonPropertyName("deleted")]
    public bool Deleted { get; init; }
}
