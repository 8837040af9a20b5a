using Calico.Ipam.Core.Collection;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Ctl.Ipam;

/// <summary>Whether the kernel of the node that this runs on has a route to each address that the node gave out.</summary>
internal static class NodeRoutes
{
    /// <summary>Where the agent writes what its node is called.</summary>
    public const string NodeNameFile = "/var/lib/calico/nodename";

    /// <summary>Null where no agent runs.</summary>
    public static string? ThisNode(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } name ? name : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The kernel's routes, both families.</summary>
    public static IReadOnlyList<Route> Read()
    {
        using var kernel = RouteSocket.Open();
        return [.. kernel.Routes(IpFamily.IPv4), .. kernel.Routes(IpFamily.IPv6)];
    }

    /// <summary>What is wrong, a sentence for each address. Pure.</summary>
    public static IEnumerable<string> Missing(IpamSnapshot store, string node, IEnumerable<Route> routes)
    {
        var local = routes.Where(route => route is { Type: RouteType.Unicast, Gateway: null, OutIfIndex: > 0 } && route.Destination.IsSingleAddress).Select(route => route.Destination.Address).ToHashSet();
        return from holding in store.Holdings
               where holding.Node == node && holding.Purpose is null && !holding.Endpoints.IsEmpty
               from held in holding.Addresses
               where !local.Contains(held.Address)
               select $"{held.Address} of {holding.Describe()}: this node's kernel has no route to it";
    }
}
