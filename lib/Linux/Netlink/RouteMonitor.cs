namespace Calico.Linux.Netlink;

/// <summary>
/// Tells what changes among the devices, addresses and routes of both families in one network namespace: the one in which the opening
/// thread was. One thread receives; any thread may wake it.
/// </summary>
public sealed class RouteMonitor : IDisposable
{
    // Room for some ten thousand events while the receiver is busy; what does not fit is a resync.
    private const int KernelBufferSize = 4 * 1024 * 1024;

    private const uint Groups = RouteConstants.LinkGroup | RouteConstants.AddressGroup4 | RouteConstants.AddressGroup6
        | RouteConstants.RouteGroup4 | RouteConstants.RouteGroup6;

    private readonly MulticastSocket _socket;

    private RouteMonitor(MulticastSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens a monitor in the calling thread's namespace: what changes from now on is told.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public static RouteMonitor Open() =>
        new(MulticastSocket.Open(NetlinkConstants.RouteProtocol, Groups, KernelBufferSize, "listen for changes of devices, addresses and routes"));

    public void Dispose() => _socket.Dispose();

    /// <summary>Makes the present or the next <see cref="Receive"/> return. Must not be called once the monitor is disposed.</summary>
    public void Wake() => _socket.Wake();

    /// <summary>Waits for events, a wake or the end of <paramref name="atMost"/>, and adds all events that are there.</summary>
    /// <exception cref="NetlinkException">The socket failed; an overrun is a <see cref="ResyncEvent"/> instead.</exception>
    public void Receive(ICollection<RouteEvent> events, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(events);
        _socket.Await(atMost);
        while (_socket.Receive(out var datagram) is var received and not Received.Nothing)
        {
            if (received == Received.Lost)
            {
                events.Add(new ResyncEvent());
            }
            else
            {
                Parse(datagram, events);
            }
        }
    }

    internal static void Parse(ReadOnlySpan<byte> datagram, ICollection<RouteEvent> events)
    {
        var reader = new NetlinkReader(datagram);
        while (reader.MoveNext())
        {
            var isGone = reader.Type is RouteConstants.DelLink or RouteConstants.DelAddr or RouteConstants.DelRoute;
            RouteEvent? told = reader.Type switch
            {
                RouteConstants.NewLink or RouteConstants.DelLink => new LinkEvent(RouteMessages.ReadLink(reader.Payload), isGone),
                RouteConstants.NewAddr or RouteConstants.DelAddr when RouteMessages.ReadAddress(reader.Payload) is { } address =>
                    new AddressEvent(address, isGone),
                RouteConstants.NewRoute or RouteConstants.DelRoute when RouteMessages.ReadRoute(reader.Payload) is { } route =>
                    new RouteChangeEvent(route, isGone),
                _ => null,
            };
            if (told is not null)
            {
                events.Add(told);
            }
        }
    }
}
