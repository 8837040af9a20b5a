using System.Globalization;
using Calico.Cni.Protocol;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>The MTU of a pod's veth: the conf's, else the agent's file, else that of the device of the default route.</summary>
internal static class MtuSource
{
    private const int Ethernet = 1500;
    private static readonly IpAddress Elsewhere = new(IpFamily.IPv4, 0xc0000201); // 192.0.2.1, a documentation address: never on a link

    /// <exception cref="CniException">Code 11: the file is required and not there. Code 5: it does not hold a number.</exception>
    internal static int Resolve(NetConf conf)
    {
        if (conf.Mtu > 0)
        {
            return conf.Mtu;
        }

        try
        {
            var text = RawFile.ReadText(conf.MtuFile).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) && mtu > 0
                ? mtu
                : throw new CniException(CniErrorCode.IoFailure, $"{conf.MtuFile} holds '{text}', not an MTU", "calico-agent writes it; or set mtu in the network configuration");
        }
        catch (FileNotFoundException)
        {
            return conf.RequireMtuFile
                ? throw new CniException(
                    CniErrorCode.TryAgainLater,
                    $"{conf.MtuFile} does not exist, and require_mtu_file is set",
                    "calico-agent writes it when it starts: check that it runs on this node")
                : OfDefaultRoute();
        }
    }

    private static int OfDefaultRoute()
    {
        using var socket = RouteSocket.Open();
        return socket.FindRoute(Elsewhere) is { OutIfIndex: > 0 } route && socket.FindLink(route.OutIfIndex) is { Mtu: > 0 } link && link.Name != Link.Loopback
            ? link.Mtu
            : Ethernet;
    }
}
