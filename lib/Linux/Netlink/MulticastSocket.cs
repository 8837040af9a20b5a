using Calico.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux.Netlink;

/// <summary>
/// A netlink socket to which the kernel tells what happens in one network namespace: the one in which the opening thread was. One thread
/// waits and receives; any thread may wake it.
/// </summary>
internal sealed class MulticastSocket : IDisposable
{
    private const int SocketAddressSize = 12;
    private const int FirstBufferSize = 64 * 1024;
    private readonly SafeFileHandle _socket;
    private readonly string _purpose;
    private readonly Pipe _wake = new();
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(FirstBufferSize);

    private MulticastSocket(SafeFileHandle socket, string purpose)
    {
        _socket = socket;
        _purpose = purpose;
    }

    /// <param name="groups">Bits of the groups to join at once, 0 for none; the groups that have no bit are for <see cref="Join"/>.</param>
    /// <param name="kernelBuffer">In octets: what the kernel keeps while the receiver is busy.</param>
    /// <param name="purpose">For errors: what is attempted.</param>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    internal static MulticastSocket Open(int protocol, uint groups, int kernelBuffer, string purpose)
    {
        var socket = NetlinkSocket.OpenDescriptor(protocol);

        // Beyond the system's limit for ordinary programs; where that is not permitted, the default serves, and more is lost.
        _ = Libc.SetSocketOption(socket, Libc.LevelSocket, Libc.OptionReceiveBufferForce, BitConverter.GetBytes(kernelBuffer), sizeof(int));
        Span<byte> address = stackalloc byte[SocketAddressSize];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)Libc.AddressFamilyNetlink);
        BitConverter.TryWriteBytes(address[8..], groups);
        if (Libc.Bind(socket, address, SocketAddressSize) == 0)
        {
            return new MulticastSocket(socket, purpose);
        }

        var errno = Errno.Last;
        socket.Dispose();
        throw new NetlinkException(purpose, errno);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    internal void Join(int group)
    {
        if (Libc.SetSocketOption(_socket, NetlinkConstants.SocketLevel, NetlinkConstants.OptionAddMembership, BitConverter.GetBytes(group), sizeof(int)) < 0)
        {
            throw new NetlinkException(_purpose, Errno.Last);
        }
    }

    internal void Leave(int group) =>
        _ = Libc.SetSocketOption(_socket, NetlinkConstants.SocketLevel, NetlinkConstants.OptionDropMembership, BitConverter.GetBytes(group), sizeof(int));

    /// <summary>Makes the present or the next <see cref="Await"/> return. Must not be called once the socket is disposed.</summary>
    internal void Wake() => _ = Libc.Write(_wake.WriteEnd, [1], 1);

    /// <summary>Waits for messages. A wake ends with this wait.</summary>
    /// <returns>True when messages are there and nobody woke us.</returns>
    internal bool Await(TimeSpan atMost)
    {
        Span<Libc.PollFd> descriptors =
        [
            new() { Fd = (int)_socket.DangerousGetHandle(), Events = Libc.PollIn },
            new() { Fd = _wake.ReadEnd, Events = Libc.PollIn },
        ];
        if (Libc.Poll(descriptors, 2, (int)Math.Clamp(atMost.TotalMilliseconds, 0, int.MaxValue)) <= 0)
        {
            return false;
        }

        if (descriptors[1].Returned != 0)
        {
            Span<byte> wakes = stackalloc byte[64];
            _ = Libc.Read(_wake.ReadEnd, wakes, (nuint)wakes.Length);
            return false;
        }

        return true;
    }

    /// <summary>Takes one datagram that is there; never waits.</summary>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    internal Received Receive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        while (true)
        {
            var length = (int)Libc.Receive(_socket, _buffer, (nuint)_buffer.Length, Libc.MessageTruncate | Libc.MessageDontWait);
            if (length > _buffer.Length)
            {
                _buffer = GC.AllocateUninitializedArray<byte>(length * 2);
                return Received.Lost;
            }

            if (length >= 0)
            {
                datagram = _buffer.AsSpan(0, length);
                return Received.Datagram;
            }

            switch (Errno.Last)
            {
                case Errno.Interrupted:
                    continue;
                case Errno.TryAgain:
                    return Received.Nothing;
                case Errno.NoBufferSpace:
                    return Received.Lost;
                default:
                    throw new NetlinkException(_purpose, Errno.Last);
            }
        }
    }
}
