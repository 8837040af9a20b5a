using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>The pod's side of an attachment. Every call is made by a thread inside the pod's namespace.</summary>
internal static class PodSide
{
    private static readonly string[] EveryDevice6 = ["all", "default", "lo"];

    internal static void Configure(int ifIndex, PodAttachment attachment)
    {
        WriteSettings(attachment);
        var requests = new List<NetlinkRequest> { new ChangeLink(ifIndex) { Up = true, Mtu = attachment.Mtu } };
        foreach (var address in attachment.Addresses)
        {
            requests.Add(new PutAddress(ifIndex, address));
        }

        AddFamily(requests, IpFamily.IPv4, ifIndex, attachment);
        AddFamily(requests, IpFamily.IPv6, ifIndex, attachment);
        using var socket = RouteSocket.Open();
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

    private static void WriteSettings(PodAttachment attachment)
    {
        // A new namespace inherits the host's forwarding, and a pod is no router unless it asks.
        var forwarding = attachment.AllowIpForwarding ? 1 : 0;
        if (attachment.Has(IpFamily.IPv4))
        {
            Sysctl.Write("net/ipv4/ip_forward", forwarding);
        }

        if (attachment.Has(IpFamily.IPv6))
        {
            foreach (var device in EveryDevice6)
            {
                WriteIfDifferent($"net/ipv6/conf/{device}/disable_ipv6", "0");
            }

            WriteIfDifferent("net/ipv6/conf/all/forwarding", attachment.AllowIpForwarding ? "1" : "0");
        }
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
