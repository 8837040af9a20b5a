using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>Cluster-wide settings of address management, stored at <c>/calico/ipam/v2/config</c>.</summary>
public sealed record IpamConfig : JsonObjectRecord
{
    /// <summary>What holds while the object does not exist.</summary>
    public static IpamConfig Default { get; } = new() { AutoAllocateBlocks = true };

    /// <summary>A node takes addresses from its own blocks alone.</summary>
    public bool StrictAffinity { get; init; }

    /// <summary>Nodes claim blocks as they need them. Upstream leaves the field out when it is false.</summary>
    public bool AutoAllocateBlocks { get; init; }

    /// <summary>0 means upstream's default of 20.</summary>
    public int? MaxBlocksPerHost { get; init; }

    /// <summary>Seconds (0 to 1200) for which a released address is not given out again.</summary>
    public int? IpCooldownSeconds { get; init; }
}
