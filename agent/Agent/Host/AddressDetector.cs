using System.Text.RegularExpressions;
using Calico.Agent.Options;
using Calico.Model.Net;

namespace Calico.Agent.Host;

/// <summary>Picks the node's address among those of the host. Pure.</summary>
internal static partial class AddressDetector
{
    /// <summary>All addresses that the method allows, the best first.</summary>
    /// <param name="sourceTowards">The kernel's choice of source towards a destination.</param>
    public static IReadOnlyList<DetectedAddress> Rank(
        DetectionMethod method, IpFamily family, IReadOnlyList<HostInterface> interfaces, Func<string, IpFamily, IpAddress?> sourceTowards)
    {
        var all = interfaces
            .Where(device => device.IsUp)
            .SelectMany(device => device.Addresses
                .Where(address => address.Family == family)
                .Select(address => new DetectedAddress(device.Name, address, device.HasDefaultRoute.Contains(family))));
        var nodes = all.Where(found => !IsForPods(found.Interface)).ToList();
        return method switch
        {
            DetectionMethod.DefaultRoute => [.. nodes.OrderByDescending(found => found.IsByDefaultRoute)],
            DetectionMethod.FirstFound => nodes,
            DetectionMethod.CanReach reach => sourceTowards(reach.Destination, family) is { } source ? [.. all.Where(found => found.Address.Address == source)] : [],
            DetectionMethod.Interfaces named => [.. named.Wanted.SelectMany(pattern => all.Where(found => pattern.IsMatch(found.Interface))).Distinct()],
            DetectionMethod.SkipInterfaces skip => [.. nodes.Where(found => !skip.Skipped.Any(pattern => pattern.IsMatch(found.Interface)))],
            DetectionMethod.InCidr within => [.. within.Cidrs.SelectMany(cidr => all.Where(found => cidr.Contains(found.Address.Address))).Distinct()],
            _ => throw new ArgumentOutOfRangeException(nameof(method), method.Text, "no rule for this method"),
        };
    }

    private static bool IsForPods(string device) => NotTheHosts().IsMatch(device);

    /// <summary>Devices that other software makes for containers and tunnels (upstream's list).</summary>
    [GeneratedRegex("^(docker|cbr|dummy|virbr|lxcbr|veth|cali|tunl|flannel|kube-ipvs|cni|podman|vxlan\\.calico|vxlan-v6\\.calico|wireguard\\.cali|wg-v6\\.cali|nodelocaldns|lo$)", RegexOptions.CultureInvariant)]
    private static partial Regex NotTheHosts();
}
