using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>The tracked connections of the namespace in which it was opened.</summary>
internal sealed class KernelConntrack : IConntrack, IDisposable
{
    private readonly ConntrackSocket _entries;
    private readonly RouteSocket _routes;

    private KernelConntrack(ConntrackSocket entries, RouteSocket routes) => (_entries, _routes) = (entries, routes);

    /// <exception cref="NetlinkException">The kernel refused a socket; without netfilter's netlink <see cref="NetlinkException.IsNotSupported"/>.</exception>
    public static KernelConntrack Open()
    {
        var entries = ConntrackSocket.Open();
        try
        {
            return new KernelConntrack(entries, RouteSocket.Open());
        }
        catch
        {
            entries.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _entries.Dispose();
        _routes.Dispose();
    }

    public void Read(IpFamily family, ConntrackSocket.Visitor visit) => _entries.Read(family, visit);

    public void Delete(IReadOnlyList<ConntrackEntry> entries) => _entries.Delete(entries);

    public IReadOnlySet<IpAddress> HostAddresses() => _routes.Addresses().Select(own => own.Address.Address).ToHashSet();
}
