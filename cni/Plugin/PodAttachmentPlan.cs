using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>Turns what was granted (ADD) or what was reported (CHECK) into the attachment. Pure.</summary>
internal static class PodAttachmentPlan
{
    private static readonly Cidr Everywhere4 = new(new IpAddress(IpFamily.IPv4, 0), 0);
    private static readonly Cidr Everywhere6 = new(new IpAddress(IpFamily.IPv6, 0), 0);

    /// <summary>What is known of an ADD before its addresses: the names and the MAC follow from the identity.</summary>
    internal static PodAttachment Outline(CniCall call, int mtu)
    {
        var identity = CniIdentity.Of(call.Request, call.Conf.Name, call.Arguments);
        return new PodAttachment
        {
            NetNs = call.Request.NetNs,
            HostName = identity.HostInterface(),
            PodName = call.Request.IfName,
            PodMac = identity.PodMac(),
            Mtu = mtu,
            Owner = DeviceOwner.Of(identity),
            IsKubernetes = identity.IsKubernetes,
            Addresses = [],
            Routes = [],
            AllowIpForwarding = call.Conf.AllowIpForwarding,
        };
    }

    /// <param name="granted">The delegate's result: with interfaces from calico-ipam, with addresses alone from any other IPAM plugin.</param>
    internal static PodAttachment ForAdd(PodAttachment outline, CniCall call, CniResult granted)
    {
        if (granted.Ips.Count == 0)
        {
            throw new CniException(
                CniErrorCode.InvalidConfiguration,
                $"IPAM plugin {call.Conf.Ipam.Type} gave container {call.Request.ContainerId} no address",
                "check the ipam section of the network configuration");
        }

        var (host, pod) = granted.Interfaces.Count >= 2 ? (granted.Interfaces[0], granted.Interfaces[1]) : (null, null);
        return outline with
        {
            HostName = host?.Name ?? outline.HostName,
            PodMac = MacAddress.TryParse(pod?.Mac, out var mac) ? mac : outline.PodMac,
            Addresses = SingleAddresses(granted.Ips),
            Routes = Destinations(call.Conf, granted),
        };
    }

    /// <param name="previous">prevResult: what ADD reported, perhaps completed by chained plugins.</param>
    internal static PodAttachment ForCheck(CniCall call, CniResult previous)
    {
        var identity = CniIdentity.Of(call.Request, call.Conf.Name, call.Arguments);
        var podIndex = PodInterfaceIndex(previous, call.Request);
        if (podIndex < 0)
        {
            throw new CniException(
                CniErrorCode.CheckFailed,
                $"prevResult names no interface {call.Request.IfName} in {call.Request.NetNs}",
                "CHECK needs the result of the ADD of the same container and interface");
        }

        var pod = previous.Interfaces[podIndex];
        var own = new List<CniIp>();
        foreach (var ip in previous.Ips)
        {
            if (ip.Interface is null || ip.Interface == podIndex)
            {
                own.Add(ip);
            }
        }

        return new PodAttachment
        {
            NetNs = call.Request.NetNs,
            HostName = HostInterfaceName(previous, podIndex) ?? identity.HostInterface(),
            PodName = call.Request.IfName,
            PodMac = MacAddress.TryParse(pod.Mac, out var mac) ? mac : identity.PodMac(),
            Mtu = pod.Mtu,
            Owner = DeviceOwner.Of(identity),
            IsKubernetes = identity.IsKubernetes,
            Addresses = SingleAddresses(own),
            Routes = Destinations(call.Conf, previous),
        };
    }

    /// <summary>The result of ADD: host end, container end, and addresses on the container end without a gateway (features.md C1).</summary>
    internal static CniResult Result(CniResult granted, PodAttachment attachment)
    {
        var ips = new CniIp[attachment.Addresses.Count];
        for (var i = 0; i < ips.Length; i++)
        {
            ips[i] = new CniIp(attachment.Addresses[i], Gateway: null, Interface: 1);
        }

        return granted with
        {
            Interfaces =
            [
                new CniInterface(attachment.HostName, MacAddress.HostSide.ToString(), attachment.Mtu),
                new CniInterface(attachment.PodName, attachment.PodMac.ToString(), attachment.Mtu, attachment.NetNs),
            ],
            Ips = ips,
        };
    }

    /// <summary>A pod has its address alone: other IPAM plugins give the prefix of their subnet, which is not on this link.</summary>
    private static InterfaceAddress[] SingleAddresses(IReadOnlyList<CniIp> ips)
    {
        var addresses = new InterfaceAddress[ips.Count];
        for (var i = 0; i < addresses.Length; i++)
        {
            var address = ips[i].Address.Address;
            addresses[i] = new InterfaceAddress(address, address.Family.Bits());
        }

        return addresses;
    }

    private static List<Cidr> Destinations(NetConf conf, CniResult result)
    {
        var destinations = new List<Cidr>();
        foreach (var route in result.Routes)
        {
            destinations.Add(route.Destination);
        }

        if (conf.IncludeDefaultRoutes || destinations.Count == 0)
        {
            AddOnce(destinations, Everywhere4);
            AddOnce(destinations, Everywhere6);
        }

        return destinations;
    }

    private static void AddOnce(List<Cidr> destinations, Cidr destination)
    {
        if (!destinations.Contains(destination))
        {
            destinations.Add(destination);
        }
    }

    private static int PodInterfaceIndex(CniResult result, PluginRequest request)
    {
        for (var i = 0; i < result.Interfaces.Count; i++)
        {
            if (result.Interfaces[i].Sandbox.Length > 0 && result.Interfaces[i].Name == request.IfName)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>ADD reports the host end first; a chained plugin only appends.</summary>
    private static string? HostInterfaceName(CniResult result, int podIndex) =>
        podIndex > 0 && result.Interfaces[podIndex - 1].Sandbox.Length == 0 ? result.Interfaces[podIndex - 1].Name : null;
}
