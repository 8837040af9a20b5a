using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux.Netlink;

/// <summary>
/// Tells what changes among the devices, addresses and routes of both families in one network namespace: the one in which the opening
/// thread was. One thread receives; any thread may wake it.
/// </summary>
public sealed class RouteMonitor : IDisposable
{
    private const int SocketAddressSize = 12;
    private const int FirstBufferSize = 16 * 1024;

    // Room for some ten thousand events while the receiver is busy; what does not fit is a resync.
    private const int KernelBufferSize = 4 * 1024 * 1024;

    private readonly SafeFileHandle _socket;
    private readonly Pipe _wake = new();
    private byte[] _buffer = new byte[FirstBufferSize];

    private RouteMonitor(SafeFileHandle socket)
    {
        _socket = socket;
    }

    /// <summary>Opens a monitor in the calling thread's namespace: what changes from now on is told.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public static RouteMonitor Open()
    {
        var socket = NetlinkSocket.OpenDescriptor(RouteSocket.RouteProtocol);

        // Beyond the system's limit for ordinary programs; where that is not permitted, the default serves, with more resyncs.
        _ = Libc.SetSocketOption(socket, Libc.LevelSocket, Libc.OptionReceiveBufferForce, BitConverter.GetBytes(KernelBufferSize), sizeof(int));
        const uint Groups = RouteConstants.LinkGroup | RouteConstants.AddressGroup4 | RouteConstants.AddressGroup6
            | RouteConstants.RouteGroup4 | RouteConstants.RouteGroup6;
        Span<byte> address = stackalloc byte[SocketAddressSize];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)Libc.AddressFamilyNetlink);
        BitConverter.TryWriteBytes(address[8..], Groups);
        if (Libc.Bind(socket, address, SocketAddressSize) == 0)
        {
            return new RouteMonitor(socket);
        }

        var errno = Errno.Last;
        socket.Dispose();
        throw new NetlinkException("listen for changes of devices, addresses and routes", errno);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    /// <summary>Makes the present or the next <see cref="Receive"/> return. Must not be called once the monitor is disposed.</summary>
    public void Wake() => _ = Libc.Write(_wake.WriteEnd, [1], 1);

    /// <summary>Waits for events, a wake or the end of <paramref name="atMost"/>, and adds all events that are there.</summary>
    /// <exception cref="NetlinkException">The socket failed; an overrun is a <see cref="ResyncEvent"/> instead.</exception>
    public void Receive(ICollection<RouteEvent> events, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(events);
        Span<Libc.PollFd> descriptors =
        [
            new() { Fd = (int)_socket.DangerousGetHandle(), Events = Libc.PollIn },
            new() { Fd = _wake.ReadEnd, Events = Libc.PollIn },
        ];
        if (Libc.Poll(descriptors, 2, (int)Math.Clamp(atMost.TotalMilliseconds, 0, int.MaxValue)) <= 0)
        {
            return;
        }

        if (descriptors[1].Returned != 0)
        {
            Span<byte> wakes = stackalloc byte[64];
            _ = Libc.Read(_wake.ReadEnd, wakes, (nuint)wakes.Length);
        }

        if (descriptors[0].Returned != 0)
        {
            while (ReceiveOne(events))
            {
            }
        }
    }

    /// <summary>False when nothing more is there.</summary>
    private bool ReceiveOne(ICollection<RouteEvent> events)
    {
        var length = (int)Libc.Receive(_socket, _buffer, (nuint)_buffer.Length, Libc.MessageTruncate | Libc.MessageDontWait);
        if (length > _buffer.Length)
        {
            _buffer = new byte[length * 2];
            events.Add(new ResyncEvent());
            return true;
        }

        if (length >= 0)
        {
            Parse(_buffer.AsSpan(0, length), events);
            return true;
        }

        switch (Errno.Last)
        {
            case Errno.Interrupted:
                return true;
            case Errno.TryAgain:
                return false;
            case Errno.NoBufferSpace:
                events.Add(new ResyncEvent());
                return true;
            default:
                throw new NetlinkException("receive changes of devices, addresses and routes", Errno.Last);
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
