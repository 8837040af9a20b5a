using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>
/// What the datastore tells of the interfaces of nodes: their addresses, and by host endpoints some names. Which interface has a node's addresses it
/// does not say; it is taken to be the one whose host endpoint expects them, else the first that a host endpoint names. Pure.
/// </summary>
internal static class HostSight
{
    /// <summary>The addresses that a node has said are its own; the one that it speaks BGP from first.</summary>
    public static IReadOnlyList<IpAddress> Addresses(Resource<NodeSpec> node)
    {
        List<IpAddress> addresses = [];
        Add(node.Spec.Bgp?.IPv4Address?.Address);
        Add(node.Spec.Bgp?.IPv6Address?.Address);
        foreach (var other in node.Spec.Addresses ?? [])
        {
            Add(other.Type is not "ExternalIP" && IpAddress.TryParse(other.Address.Split('/')[0], out var address) ? address : null);
        }

        return addresses;

        void Add(IpAddress? address)
        {
            if (address is { } known && !addresses.Contains(known))
            {
                addresses.Add(known);
            }
        }
    }

    public static IEnumerable<HostInterface> Interfaces(IEnumerable<Resource<NodeSpec>> nodes, IReadOnlyCollection<Resource<HostEndpointSpec>> hosts)
    {
        foreach (var node in nodes)
        {
            var addresses = Addresses(node);
            var named = Named(node.Metadata.Name, hosts);
            var uplink = Uplink(named, addresses);
            yield return new HostInterface(node.Metadata.Name, uplink?.Spec.InterfaceName ?? "", addresses);
            foreach (var other in named.Where(host => host.Spec.InterfaceName != uplink?.Spec.InterfaceName))
            {
                yield return new HostInterface(node.Metadata.Name, other.Spec.InterfaceName!, [.. HostEndpointAddresses.Of(other.Spec)]);
            }
        }
    }

    /// <summary>Host endpoints of a node of which it is a guess that they are for the interface with its addresses, because others might be.</summary>
    public static IReadOnlyList<string> Guesses(Resource<NodeSpec> node, IReadOnlyCollection<Resource<HostEndpointSpec>> hosts)
    {
        var named = Named(node.Metadata.Name, hosts).Where(host => !HostEndpointAddresses.Of(host.Spec).Any()).ToList();
        return named.Select(host => host.Spec.InterfaceName).Distinct().Count() > 1 ? [.. named.Select(host => host.Metadata.Name)] : [];
    }

    private static List<Resource<HostEndpointSpec>> Named(string node, IEnumerable<Resource<HostEndpointSpec>> hosts) =>
        [.. hosts.Where(host => host.Spec.Node == node && host.Spec.InterfaceName is not (null or "" or "*")).OrderBy(host => host.Metadata.Name, StringComparer.Ordinal)];

    private static Resource<HostEndpointSpec>? Uplink(List<Resource<HostEndpointSpec>> named, IReadOnlyList<IpAddress> addresses) =>
        named.Find(host => HostEndpointAddresses.Of(host.Spec).Any(addresses.Contains))
        ?? named.Find(host => !HostEndpointAddresses.Of(host.Spec).Any());
}
