using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>
/// The kernel's tracked connections. A socket lives for one call: a kernel without netfilter's netlink is noticed when it is asked, not at
/// the start, and may learn it later. Thread-safe.
/// </summary>
/// <param name="openEntries">Opens a socket in the namespace that is meant.</param>
/// <param name="openRoutes">The same.</param>
internal sealed class KernelConntrack(Func<ConntrackSocket> openEntries, Func<RouteSocket> openRoutes) : IConntrack
{
    public void Read(IpFamily family, ConntrackSocket.Visitor visit)
    {
        using var entries = openEntries();
        entries.Read(family, visit);
    }

    public void Delete(IReadOnlyList<ConntrackEntry> entries)
    {
        using var socket = openEntries();
        socket.Delete(entries);
    }

    public IReadOnlySet<IpAddress> HostAddresses()
    {
        using var routes = openRoutes();
        return routes.Addresses().Select(own => own.Address.Address).ToHashSet();
    }
}
