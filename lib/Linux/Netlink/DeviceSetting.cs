namespace Calico.Linux.Netlink;

/// <summary>IPv4 settings of a device that netlink can write (IPV4_DEVCONF_* of linux/ip.h).</summary>
public enum DeviceSetting
{
    Forwarding = 1,
    ProxyArp = 3,
    RpFilter = 8,
    RouteLocalnet = 26,
}
