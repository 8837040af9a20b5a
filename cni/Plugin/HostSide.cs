using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Identity;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>The host's side of an attachment: the device's settings and the routes to the pod (features.md C4).</summary>
internal static class HostSide
{
    internal static readonly (DeviceSetting Setting, int Value)[] Settings =
    [
        (DeviceSetting.Forwarding, 1),
        (DeviceSetting.ProxyArp, 1),
        (DeviceSetting.RouteLocalnet, 1),
    ];

    /// <summary>Of <c>net.ipv6.conf.DEVICE</c>; netlink cannot write these. Forwarding last: it drops what router advertisements had set.</summary>
    internal static readonly (string Name, int Value)[] Settings6 =
    [
        ("disable_ipv6", 0),
        ("accept_dad", 0),
        ("accept_ra", 0),
        ("proxy_ndp", 1),
        ("forwarding", 1),
    ];

    /// <summary>What needs no address: the settings, and the owner's mark.</summary>
    internal static void Prepare(RouteSocket host, int ifIndex, PodAttachment attachment) => host.Execute(
        new ChangeLink(ifIndex) { Up = true, Mtu = attachment.Mtu, Alias = attachment.Owner, Settings = Settings }, new SetProxyDelay(ifIndex, 0));

    internal static void Attach(RouteSocket host, int ifIndex, PodAttachment attachment, CniLog log)
    {
        if (attachment.Has(IpFamily.IPv6))
        {
            foreach (var (name, value) in Settings6)
            {
                Sysctl.Write($"net/ipv6/conf/{attachment.HostName}/{name}", value);
            }
        }

        var requests = new List<NetlinkRequest>();
        foreach (var address in attachment.Addresses)
        {
            requests.Add(new AddRoute(RouteTo(address, ifIndex)));
        }

        try
        {
            host.Execute(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(requests));
        }
        catch (NetlinkException e) when (e.IsExists)
        {
            ReplaceRoutes(host, ifIndex, attachment, log);
        }
    }

    internal static Route RouteTo(InterfaceAddress address, int ifIndex) => new(address.Network, ifIndex, Scope: RouteScope.Link);

    /// <summary>
    /// The addresses are this pod's by the store's word, so a route to one of them on another pod's device is left over, and is replaced with
    /// no moment in between. A route on any other device was put there by somebody, and stays.
    /// </summary>
    private static void ReplaceRoutes(RouteSocket host, int ifIndex, PodAttachment attachment, CniLog log)
    {
        foreach (var address in attachment.Addresses)
        {
            foreach (var route in host.Routes(address.Family))
            {
                if (route.Destination == address.Network && route.OutIfIndex != ifIndex)
                {
                    RequireReplaceable(host, route);
                    log.Warning($"the route {route.Destination} on the device with index {route.OutIfIndex} is left over and is replaced");
                }
            }

            host.Execute(new ReplaceRoute(RouteTo(address, ifIndex)));
        }
    }

    private static void RequireReplaceable(RouteSocket host, Route route)
    {
        var device = route.OutIfIndex > 0 ? host.FindLink(route.OutIfIndex) : null;
        var isPods = device is { Kind: Link.Veth } && device.Name.StartsWith(WorkloadIdentity.DefaultInterfacePrefix, StringComparison.Ordinal);
        var isGone = route.OutIfIndex > 0 && device is null;
        if (!isPods && !isGone)
        {
            throw new CniException(
                CniErrorCode.Internal,
                $"a route to {route.Destination} exists on {device?.Name ?? "no device"} (protocol {route.Protocol}); it is not replaced",
                $"find out who set it; to remove it: ip route delete {route.Destination}");
        }
    }
}
