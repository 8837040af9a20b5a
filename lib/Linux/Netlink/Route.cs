using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>A route of the kernel.</summary>
/// <param name="Destination"><c>0.0.0.0/0</c> or <c>::/0</c> for the default route.</param>
/// <param name="OutIfIndex">0 if it has none (blackhole) or several next hops.</param>
/// <param name="Priority">The metric; 0 if the kernel names none.</param>
/// <param name="Protocol">Who set it (/etc/iproute2/rt_protos): 2 kernel, 3 boot, 4 static, 12 bird.</param>
public sealed record Route(
    Cidr Destination,
    int OutIfIndex = 0,
    IpAddress? Gateway = null,
    IpAddress? PreferredSource = null,
    RouteScope Scope = RouteScope.Universe,
    RouteType Type = RouteType.Unicast,
    int Protocol = Route.BootProtocol,
    int Table = Route.MainTable,
    int Priority = 0)
{
    public const int KernelProtocol = 2;
    public const int BootProtocol = 3;
    public const int StaticProtocol = 4;
    public const int BirdProtocol = 12;
    public const int MainTable = 254;
    public const int LocalTable = 255;

    public bool IsDefault => Destination.PrefixLength == 0;
}

/// <summary>How far a destination is (RT_SCOPE_*).</summary>
public enum RouteScope
{
    Universe = 0,
    Site = 200,
    Link = 253,
    Host = 254,
    Nowhere = 255,
}

/// <summary>What the kernel does with a match (RTN_*).</summary>
public enum RouteType
{
    Unspecified = 0,
    Unicast = 1,
    Local = 2,
    Broadcast = 3,
    Anycast = 4,
    Multicast = 5,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
    Throw = 9,
}
