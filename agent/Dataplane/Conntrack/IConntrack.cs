using Calico.Linux.Conntrack;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>What the kernel tracks.</summary>
internal interface IConntrack
{
    /// <exception cref="Linux.Netlink.NetlinkException">The kernel refused.</exception>
    void Read(IpFamily family, ConntrackSocket.Visitor visit);

    /// <summary>Deletes; what is gone counts as deleted.</summary>
    /// <exception cref="Linux.Netlink.NetlinkException">The first refusal; the others are tried all the same.</exception>
    void Delete(IReadOnlyList<ConntrackEntry> entries);

    /// <summary>The addresses of this host.</summary>
    /// <exception cref="Linux.Netlink.NetlinkException">The kernel refused.</exception>
    IReadOnlySet<IpAddress> HostAddresses();
}
