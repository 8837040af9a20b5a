using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A range that addresses are taken from. The CIDR and the block size of a pool never change.</summary>
public sealed record IpPoolSpec : JsonObjectRecord
{
    /// <summary>Text, not a Cidr: a pool that does not parse must be reported by name and not stop the others.</summary>
    public string? Cidr { get; init; }

    /// <summary>Never (default), Always or CrossSubnet.</summary>
    public string? VxlanMode { get; init; }

    /// <summary>Never (default), Always or CrossSubnet.</summary>
    public string? IpipMode { get; init; }

    public bool? NatOutgoing { get; init; }

    /// <summary>No new address is taken from a disabled pool; those in use stay.</summary>
    public bool? Disabled { get; init; }

    public bool? DisableBgpExport { get; init; }

    /// <summary>Prefix length of a block: 20 to 32 (default 26) or 116 to 128 (default 122).</summary>
    public int? BlockSize { get; init; }

    public string? NodeSelector { get; init; }

    public string? NamespaceSelector { get; init; }

    /// <summary>Workload, Tunnel, LoadBalancer; absent means the first two.</summary>
    public IReadOnlyList<string>? AllowedUses { get; init; }

    /// <summary>Automatic (default) or Manual: used only when named.</summary>
    public string? AssignmentMode { get; init; }
}
