using Calico.Linux.Netlink;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Agent.Host;

/// <summary>This node's say when its addresses look leaked: what the kernel knows of them.</summary>
internal static class AddressUse
{
    /// <summary>Evidence that an address in question is in use, or null. In doubt it is.</summary>
    public static string? Evidence(AddressInquiry inquiry)
    {
        using var kernel = RouteSocket.Open();
        foreach (var name in inquiry.Interfaces ?? [])
        {
            if (kernel.FindLink(name) is not null)
            {
                return $"the interface {name} is there";
            }
        }

        foreach (var text in inquiry.Addresses)
        {
            if (!IpAddress.TryParse(text, out var address))
            {
                return $"'{text}' is not an address";
            }

            if (DirectDevice(kernel, address) is { } device)
            {
                return $"{address} is routed to {device}";
            }
        }

        return null;
    }

    /// <summary>
    /// The device that the most specific route leads straight into. A pod has such a route to itself, and a network behind a bridge too; what nobody has
    /// falls to its block's blackhole or to a gateway.
    /// </summary>
    private static string? DirectDevice(RouteSocket kernel, IpAddress address)
    {
        var route = kernel.Routes(address.Family).Where(route => route.Destination.Contains(address)).MaxBy(route => route.Destination.PrefixLength);
        return route is { Type: RouteType.Unicast, Gateway: null, OutIfIndex: > 0 } ? kernel.FindLink(route.OutIfIndex)?.Name ?? $"device {route.OutIfIndex}" : null;
    }
}
