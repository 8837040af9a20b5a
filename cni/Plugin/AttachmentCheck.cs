using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Cni.Plugin;

/// <summary>Compares one attachment with the kernel, on both sides, and gathers every difference.</summary>
internal sealed class AttachmentCheck(RouteSocket host, NetNamespace pod, PodAttachment expected)
{
    private readonly List<string> _deviations = [];

    internal IReadOnlyList<string> Run()
    {
        if (host.FindLink(expected.HostName) is not { } device)
        {
            _deviations.Add($"host device {expected.HostName} does not exist");
        }
        else if (!EndpointDevice.LeadsInto(device, host, pod))
        {
            _deviations.Add($"host device {expected.HostName} does not lead into {expected.NetNs}");
        }
        else
        {
            CheckHost(device);
        }

        using (pod.Enter())
        {
            CheckPod();
        }

        return _deviations;
    }

    private void CheckHost(Link device)
    {
        var name = $"host device {device.Name}";
        CheckLink(name, device, MacAddress.HostSide);
        foreach (var address in expected.Addresses)
        {
            var wanted = HostSide.RouteTo(address, device.Index);
            Require(HasRoute(host.Routes(address.Family, ifIndex: device.Index), wanted), $"the host has no route {wanted.Destination} on {device.Name}");
        }

        if (expected.Has(IpFamily.IPv4))
        {
            CheckSetting($"net/ipv4/conf/{device.Name}/forwarding", 1);
            CheckSetting($"net/ipv4/conf/{device.Name}/proxy_arp", 1);
        }

        if (expected.Has(IpFamily.IPv6))
        {
            foreach (var (setting, value) in HostSide.Settings6)
            {
                CheckSetting($"net/ipv6/conf/{device.Name}/{setting}", value);
            }
        }
    }

    private void CheckPod()
    {
        using var socket = RouteSocket.Open();
        if (socket.FindLink(expected.PodName) is not { } device)
        {
            _deviations.Add($"{expected.PodName} does not exist in {expected.NetNs}");
            return;
        }

        var name = $"{expected.PodName} in {expected.NetNs}";
        CheckLink(name, device, expected.PodMac);
        var addresses = socket.Addresses(device.Index);
        foreach (var wanted in expected.Addresses)
        {
            var found = false;
            foreach (var address in addresses)
            {
                found |= address.Address == wanted;
            }

            Require(found, $"{name} lacks address {wanted}");
        }

        CheckPodFamily(socket, IpFamily.IPv4, device.Index);
        CheckPodFamily(socket, IpFamily.IPv6, device.Index);
    }

    private void CheckPodFamily(RouteSocket socket, IpFamily family, int ifIndex)
    {
        if (!expected.Has(family))
        {
            return;
        }

        var routes = socket.Routes(family, ifIndex: ifIndex);
        foreach (var wanted in PodSide.Routes(family, ifIndex, expected))
        {
            var via = wanted.Gateway is { } gateway ? $" via {gateway}" : "";
            Require(HasRoute(routes, wanted), $"{expected.NetNs} has no route {wanted.Destination}{via} on {expected.PodName}");
        }
    }

    private void CheckLink(string name, Link device, MacAddress mac)
    {
        Require(device.IsUp, $"{name} is down");
        Require(device.Mac == mac, $"{name} has MAC {device.Mac} instead of {mac}");
        Require(expected.Mtu == 0 || device.Mtu == expected.Mtu, $"{name} has MTU {device.Mtu} instead of {expected.Mtu}");
    }

    private void CheckSetting(string path, int wanted)
    {
        var found = Sysctl.Read(path);
        Require(found == wanted.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{path} is {found ?? "not there"} instead of {wanted}");
    }

    private static bool HasRoute(IReadOnlyList<Route> routes, Route wanted)
    {
        foreach (var route in routes)
        {
            if (route.Destination == wanted.Destination && route.OutIfIndex == wanted.OutIfIndex && route.Gateway == wanted.Gateway)
            {
                return true;
            }
        }

        return false;
    }

    private void Require(bool holds, string deviation)
    {
        if (!holds)
        {
            _deviations.Add(deviation);
        }
    }
}
