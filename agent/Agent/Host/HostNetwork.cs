using System.Net;
using System.Net.Sockets;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Agent.Host;

/// <summary>The host's network as it is now.</summary>
internal static class HostNetwork
{
    /// <summary>In the kernel's order.</summary>
    public static IReadOnlyList<HostInterface> Interfaces()
    {
        using var kernel = RouteSocket.Open();
        var addresses = kernel.Addresses();
        var defaults = kernel.Routes(IpFamily.IPv4).Concat(kernel.Routes(IpFamily.IPv6)).Where(route => route.IsDefault).OrderBy(route => route.Priority).ToList();
        return [.. kernel.Links().OrderBy(link => link.Index).Select(link => new HostInterface(
            link.Name,
            link.IsUp,
            link.Mtu,
            [.. addresses.Where(address => address.IfIndex == link.Index && address is { Scope: RouteScope.Universe, IsUsable: true }).Select(address => address.Address)],
            [.. defaults.Where(route => IsFirst(route, defaults) && route.OutIfIndex == link.Index).Select(route => route.Destination.Family)]))];
    }

    /// <summary>The address from which the kernel would send to a destination, or null when there is no way. Nothing is sent.</summary>
    public static IpAddress? SourceTowards(string destination, IpFamily family)
    {
        var addressFamily = family == IpFamily.IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        try
        {
            using var socket = new Socket(addressFamily, SocketType.Dgram, ProtocolType.Udp);
            var address = IPAddress.TryParse(destination, out var literal) ? literal : Dns.GetHostAddresses(destination, addressFamily)[0];
            socket.Connect(address, 9);
            return IpAddress.From(((IPEndPoint)socket.LocalEndPoint!).Address);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Of several default routes of a family the kernel takes the one with the least metric.</summary>
    private static bool IsFirst(Route route, List<Route> ordered) => ordered.Find(other => other.Destination.Family == route.Destination.Family) == route;
}
