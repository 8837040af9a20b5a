using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>All addresses of one attachment: how many it holds in each block, by the block's CIDR.</summary>
public sealed record IpamHandle : JsonObjectRecord
{
    public required Dictionary<string, int> Block { get; init; }

    public bool Deleted { get; init; }
}
