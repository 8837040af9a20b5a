using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>Everything the kernel has to be told about one attachment; complete before the kernel is touched.</summary>
internal sealed record PodAttachment
{
    /// <summary>What a pod sends its packets to; the host answers for it by proxy ARP.</summary>
    internal static readonly IpAddress Gateway4 = new(IpFamily.IPv4, 0xa9fe0101); // 169.254.1.1

    /// <summary>The link-local address of the host end, which follows from its fixed MAC: fe80::ecee:eeff:feee:eeee.</summary>
    internal static readonly IpAddress Gateway6 = MacAddress.HostSide.ToLinkLocal();

    public required string NetNs { get; init; }

    public required string HostName { get; init; }

    /// <summary>CNI_IFNAME.</summary>
    public required string PodName { get; init; }

    public required MacAddress PodMac { get; init; }

    /// <summary>0: unknown (CHECK of a result that does not say it).</summary>
    public required int Mtu { get; init; }

    /// <summary>The mark of <see cref="DeviceOwner"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>The device's name says the pod, not the container: a device of that name may be left from an earlier sandbox of this pod.</summary>
    public required bool IsKubernetes { get; init; }

    /// <summary>/32 and /128.</summary>
    public required IReadOnlyList<InterfaceAddress> Addresses { get; init; }

    /// <summary>Where the pod sends to its gateways, usually everything.</summary>
    public required IReadOnlyList<Cidr> Routes { get; init; }

    public bool AllowIpForwarding { get; init; }

    public bool Has(IpFamily family)
    {
        foreach (var address in Addresses)
        {
            if (address.Family == family)
            {
                return true;
            }
        }

        return false;
    }

    internal static IpAddress GatewayOf(IpFamily family) => family == IpFamily.IPv4 ? Gateway4 : Gateway6;
}
