using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>Makes the routes and settings of one device what the plugin makes them at ADD. One thread uses it.</summary>
internal sealed class EndpointRepair(RouteSocket kernel, EndpointWishes wishes, DataplaneOptions options, ILogger log)
{
    // What the kernel gives a route without a metric.
    private const int DefaultMetric6 = 1024;
    private readonly EndpointSettings _settings = new(log);
    private readonly HashSet<(Cidr Destination, int Device)> _taken = [];

    // By name, what an endpoint had at the last look. The index tells a device from the one that the next container has under that name.
    private readonly Dictionary<string, (int Index, HashSet<Cidr> Routes)> _held = [];

    /// <summary>A device that is not there, or that is down, is left for its link event: a DEL takes it down before the store knows.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Repair(string device)
    {
        var wanted = wishes.Of(device);
        if (kernel.FindLink(device) is not { IsUp: true } link)
        {
            _held.Remove(device);
            return;
        }

        if (wanted.Count > 0)
        {
            _settings.Apply(device, options.WithIPv6 && wanted.Any(net => net.Family == IpFamily.IPv6));
        }

        var held = _held.TryGetValue(device, out var known) && known.Index == link.Index ? known.Routes : [];
        Repair(link, IpFamily.IPv4, wanted, held);
        if (options.WithIPv6)
        {
            Repair(link, IpFamily.IPv6, wanted, held);
        }

        if (wanted.Count > 0)
        {
            _held[device] = (link.Index, [.. wanted]);
        }
        else
        {
            _held.Remove(device);
        }
    }

    /// <summary>Only what an endpoint had is deleted: a route that is not known may be the plugin's, of which the store tells in a moment.</summary>
    private void Repair(Link link, IpFamily family, IReadOnlyCollection<Cidr> wanted, HashSet<Cidr> held)
    {
        var actual = kernel.Routes(family, Route.MainTable, link.Index);
        foreach (var destination in wanted.Where(net => net.Family == family))
        {
            if (actual.Any(route => route.Destination == destination && LeadsToPod(route)))
            {
                _taken.Remove((destination, link.Index));
            }
            else
            {
                Set(destination, link);
            }
        }

        foreach (var route in actual.Where(route => IsOurs(route) && held.Contains(route.Destination) && !wanted.Contains(route.Destination)))
        {
            kernel.Execute(new DeleteRoute(route) { AbsenceIsFine = true });
            EndpointLog.RouteDeleted(log, route.Destination.ToString(), link.Name);
        }
    }

    private void Set(Cidr destination, Link link)
    {
        var route = new Route(destination, link.Index, Scope: RouteScope.Link);
        try
        {
            kernel.Execute(new AddRoute(route));
        }
        catch (NetlinkException e) when (e.IsExists)
        {
            if (!TakeOver(route, link))
            {
                return;
            }
        }

        EndpointLog.RouteSet(log, destination.ToString(), link.Name);
    }

    /// <summary>A route that is left on another pod's device is replaced with no moment in between; anybody else's stays.</summary>
    private bool TakeOver(Route route, Link link)
    {
        var metric = route.Destination.Family == IpFamily.IPv4 ? 0 : DefaultMetric6;
        var holder = kernel.Routes(route.Destination.Family).FirstOrDefault(other => other.Destination == route.Destination && other.Priority == metric);
        var device = holder is { OutIfIndex: > 0 } ? kernel.FindLink(holder.OutIfIndex) : null;
        var isLeftOver = device is { Kind: Link.Veth } && options.IsWorkloadInterface(device.Name) && !wishes.Of(device.Name).Contains(route.Destination);
        if (holder is null || isLeftOver || device?.Index == link.Index)
        {
            kernel.Execute(new ReplaceRoute(route));
            return true;
        }

        if (_taken.Add((route.Destination, link.Index)))
        {
            EndpointLog.RouteTaken(log, route.Destination.ToString(), link.Name, device?.Name ?? "no device", holder.Protocol);
        }

        return false;
    }

    private static bool LeadsToPod(Route route) => route is { Type: RouteType.Unicast, Gateway: null };

    /// <summary>As the plugin and this class set them: nothing else on the device is touched.</summary>
    private static bool IsOurs(Route route) => route.Destination.IsSingleAddress && route.Protocol == Route.BootProtocol && LeadsToPod(route);
}
