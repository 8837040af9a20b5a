namespace Calico.Cni.Protocol;

/// <summary>The <c>ipam</c> section of the conf.</summary>
public sealed record IpamConf
{
    public string Type { get; init; } = "calico-ipam";

    /// <summary>assign_ipv4: "true" or "false", default true.</summary>
    public bool AssignIPv4 { get; init; } = true;

    /// <summary>assign_ipv6: default false.</summary>
    public bool AssignIPv6 { get; init; }

    /// <summary>ipv4_pools: names or CIDRs of pools; empty is every usable pool.</summary>
    public IReadOnlyList<string> IPv4Pools { get; init; } = [];

    /// <summary>ipv6_pools</summary>
    public IReadOnlyList<string> IPv6Pools { get; init; } = [];
}
