using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>The pod's side of an attachment, by a socket of the pod's namespace. Settings are written by a thread inside it.</summary>
internal static class PodSide
{
    private static readonly string[] EveryDevice6 = ["all", "default", "lo"];

    /// <summary>A new namespace inherits the host's forwarding, and a pod is no router unless it asks.</summary>
    internal static void WriteSettings4(PodAttachment attachment) => Sysctl.Write("net/ipv4/ip_forward", attachment.AllowIpForwarding ? 1 : 0);

    internal static void Attach(RouteSocket socket, int ifIndex, PodAttachment attachment)
    {
        // Not sooner: this gives the host end its carrier, and with it a link-local address, for which the host's settings must be right.
        var requests = new List<NetlinkRequest> { new ChangeLink(ifIndex) { Up = true, Mtu = attachment.Mtu } };
        foreach (var address in attachment.Addresses)
        {
            requests.Add(new PutAddress(ifIndex, address));
        }

        AddFamily(requests, IpFamily.IPv4, ifIndex, attachment);
        AddFamily(requests, IpFamily.IPv6, ifIndex, attachment);
        socket.Execute(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(requests));
    }

    /// <summary>The routes a pod must have: to its gateway, and through it to everywhere.</summary>
    internal static IEnumerable<Route> Routes(IpFamily family, int ifIndex, PodAttachment attachment)
    {
        var gateway = PodAttachment.GatewayOf(family);
        if (family == IpFamily.IPv4)
        {
            // fe80::/64 is on every link by itself; 169.254.1.1 has to be put there.
            yield return new Route(gateway.ToCidr(), ifIndex, Scope: RouteScope.Link);
        }

        foreach (var destination in attachment.Routes)
        {
            if (destination.Family == family)
            {
                yield return new Route(destination, ifIndex, gateway);
            }
        }
    }

    private static void AddFamily(List<NetlinkRequest> requests, IpFamily family, int ifIndex, PodAttachment attachment)
    {
        if (!attachment.Has(family))
        {
            return;
        }

        foreach (var route in Routes(family, ifIndex, attachment))
        {
            requests.Add(new ReplaceRoute(route));
        }

        // Proxy ARP answers only if the host has a route that covers the gateway; the entry also saves the first packet its ARP.
        requests.Add(new PutNeighbour(ifIndex, PodAttachment.GatewayOf(family), MacAddress.HostSide));
    }

    /// <summary>Before the addresses, where there is one of IPv6.</summary>
    internal static void WriteSettings6(PodAttachment attachment)
    {
        foreach (var device in EveryDevice6)
        {
            WriteIfDifferent($"net/ipv6/conf/{device}/disable_ipv6", "0");
        }

        WriteIfDifferent("net/ipv6/conf/all/forwarding", attachment.AllowIpForwarding ? "1" : "0");
    }

    /// <summary>Reading is cheap; each of these writes takes the kernel's one lock of all network settings.</summary>
    private static void WriteIfDifferent(string path, string value)
    {
        if (Sysctl.Read(path) != value)
        {
            Sysctl.Write(path, value);
        }
    }
}
