using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>A network device as the kernel reports it.</summary>
/// <param name="Index">The device's number, unique in its namespace and not reused soon.</param>
/// <param name="Mac">Zero for devices without an Ethernet address.</param>
/// <param name="Kind">The driver's kind (<c>veth</c>, <c>vxlan</c>, ...), empty for physical devices and <c>lo</c>.</param>
/// <param name="PeerIndex">IFLA_LINK: the other end of a veth, the device below a VLAN; 0 if there is none.</param>
/// <param name="PeerNamespaceId">IFLA_LINK_NETNSID: this namespace's number for the peer's namespace; null if the peer is in the same one.</param>
/// <param name="MasterIndex">The bridge or bond it belongs to; 0 if there is none.</param>
/// <param name="Alias">Free text set by the owner; empty if there is none.</param>
public sealed record Link(
    int Index,
    string Name,
    MacAddress Mac,
    int Mtu,
    bool IsUp,
    string Kind = "",
    int PeerIndex = 0,
    int? PeerNamespaceId = null,
    int MasterIndex = 0,
    string Alias = "")
{
    public const string Veth = "veth";
    public const string Loopback = "lo";

    /// <summary>IFNAMSIZ - 1: the longest name of a device.</summary>
    public const int MaxNameLength = 15;

    /// <summary>IFALIASZ - 1.</summary>
    public const int MaxAliasLength = 255;

    /// <summary>IFF_RUNNING: up and able to send, which the first end of a veth is only a moment after the second end is up.</summary>
    public bool IsRunning { get; init; }
}
