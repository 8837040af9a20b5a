using Calico.Linux.Interop;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Linux.Netlink;

/// <summary>
/// The kernel's devices, addresses and routes of one network namespace (rtnetlink(7)): the one in which the opening thread
/// was. Synchronous, because the kernel answers in microseconds; not thread-safe.
/// </summary>
public sealed class RouteSocket : IDisposable
{
    private readonly NetlinkSocket _socket;

    private RouteSocket(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public static RouteSocket Open() => new(NetlinkSocket.Open(NetlinkConstants.RouteProtocol));

    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Sends the requests in one system call. The kernel works through them in order and goes on after a refusal.
    /// </summary>
    /// <returns>The device the batch created, null if it created none.</returns>
    /// <exception cref="NetlinkException">The first request that was refused.</exception>
    public Link? Execute(params ReadOnlySpan<NetlinkRequest> requests)
    {
        Link? created = null;
        _socket.Execute(requests, payload => created = RouteMessages.ReadLink(payload));
        return created;
    }

    public IReadOnlyList<Link> Links() =>
        Dump(new DumpTable(RouteConstants.GetLink, RouteConstants.AllFamilies), static payload => RouteMessages.ReadLink(payload));

    /// <summary>Null if there is no such device.</summary>
    public Link? FindLink(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Length > Link.MaxNameLength ? null : FindLink(new GetLink(0, name));
    }

    /// <summary>Null if there is no such device.</summary>
    public Link? FindLink(int ifIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ifIndex);
        return FindLink(new GetLink(ifIndex));
    }

    /// <param name="ifIndex">Only those of this device; 0 for all.</param>
    public IReadOnlyList<LinkAddress> Addresses(int ifIndex = 0) =>
        Dump(new DumpTable(RouteConstants.GetAddr, RouteConstants.AllFamilies) { IfIndex = ifIndex }, RouteMessages.ReadAddress);

    /// <param name="table">Only those of this routing table; 0 for all tables.</param>
    /// <param name="ifIndex">Only those that leave by this device; 0 for all.</param>
    public IReadOnlyList<Route> Routes(IpFamily family, int table = Route.MainTable, int ifIndex = 0) =>
        Dump(new DumpTable(RouteConstants.GetRoute, FamilyNumber(family)) { RoutingTable = table, IfIndex = ifIndex }, RouteMessages.ReadRoute);

    /// <summary>The route the kernel would take to <paramref name="destination"/>; null if it has none.</summary>
    public Route? FindRoute(IpAddress destination)
    {
        Route? found = null;
        try
        {
            _socket.Execute([new GetRoute(destination)], payload => found = RouteMessages.ReadRoute(payload));
        }
        catch (NetlinkException e) when (e.IsUnreachable)
        {
            return null;
        }

        return found;
    }

    /// <summary>The number by which this namespace knows <paramref name="other"/> (<see cref="Link.PeerNamespaceId"/>); null if it has none.</summary>
    public int? NamespaceId(NetNamespace other)
    {
        int? id = null;
        _socket.Execute([new GetNamespaceId(other)], payload => id = RouteMessages.ReadNamespaceId(payload));
        return id;
    }

    public void SetLinkDown(int ifIndex) => _socket.Execute([new ChangeLink(ifIndex) { Up = false }]);

    /// <summary>
    /// Waits until a device that is up also sends. The kernel activates the end of a veth that came up first in the background, and drops what
    /// it should send until then; from Linux 6.5 on the question itself makes it so, before that the answer may take some milliseconds.
    /// </summary>
    /// <returns>False if it does not within <paramref name="atMost"/>.</returns>
    public bool AwaitRunning(int ifIndex, TimeSpan atMost) => Await(() => FindLink(ifIndex) is { IsRunning: true }, atMost);

    /// <summary>
    /// Waits until an IPv6 address of a device is in use. The kernel takes a new one into use in the background, even without duplicate
    /// address detection: before that, packets to it are nobody's, and a neighbour who asks for it is not answered.
    /// </summary>
    /// <param name="within">The address, or a net that it is from.</param>
    /// <returns>False if it is not within <paramref name="atMost"/>.</returns>
    public bool AwaitLocal(int ifIndex, Cidr within, TimeSpan atMost) => Await(() => IsLocal(ifIndex, within), atMost);

    /// <summary>Deletes a device; one that is not there counts as deleted. Takes about 20 ms (a kernel grace period).</summary>
    public void DeleteLink(int ifIndex) => _socket.Execute([new DeleteLink(ifIndex) { AbsenceIsFine = true }]);

    private bool IsLocal(int ifIndex, Cidr within)
    {
        foreach (var route in Routes(IpFamily.IPv6, Route.LocalTable, ifIndex))
        {
            if (route.Type == RouteType.Local && within.Contains(route.Destination.Address))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Await(Func<bool> isSo, TimeSpan atMost)
    {
        using var never = new ManualResetEvent(false);
        var end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (!isSo())
        {
            if (Environment.TickCount64 >= end)
            {
                return false;
            }

            never.WaitOne(1);
        }

        return true;
    }

    private Link? FindLink(GetLink request)
    {
        Link? found = null;
        try
        {
            _socket.Execute([request], payload => found = RouteMessages.ReadLink(payload));
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
            return null;
        }

        return found;
    }

    private List<T> Dump<T>(DumpTable request, Parse<T> parse)
        where T : class
    {
        var found = new List<T>();
        _socket.Dump(request, found.Clear, payload =>
        {
            if (parse(payload) is { } item)
            {
                found.Add(item);
            }
        });
        return found;
    }

    private delegate T? Parse<T>(ReadOnlySpan<byte> payload)
        where T : class;

    private static int FamilyNumber(IpFamily family) => family == IpFamily.IPv4 ? Libc.AddressFamilyInet : Libc.AddressFamilyInet6;
}
