using System.Diagnostics;
using Calico.Linux.Conntrack;
using Calico.Linux.Interop;
using Calico.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Calico.Linux.Nftables;

/// <summary>
/// Tells when a process has committed its nftables transactions. From then on packets meet what it wrote, although the process may
/// live on for tens of milliseconds: its socket's close waits for an RCU grace period. One thread waits; any thread may wake it.
/// </summary>
/// <remarks>It listens only between <see cref="Begin"/> and <see cref="End"/>: a listener costs every commit of the host something.</remarks>
public sealed class CommitMonitor : IDisposable
{
    // linux/netlink.h, linux/netfilter/nfnetlink.h, nf_tables.h
    private const int AddMembership = 1;
    private const int DropMembership = 2;
    private const int NftablesGroup = 7;
    private const ushort NewGeneration = (10 << 8) | 15;
    private const ushort GenerationProcess = 2;
    private const int NetfilterHeaderLength = 4;

    // The pid that the kernel tells is the first namespace's, whose inode is fixed (linux/proc_ns.h).
    private const string FirstPidNamespace = "pid:[4026531836]";

    private const int SocketAddressSize = 12;
    private const int KernelBufferSize = 1024 * 1024;

    private readonly SafeFileHandle _socket;
    private readonly Pipe _wake = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    private CommitMonitor(SafeFileHandle socket)
    {
        _socket = socket;
    }

    /// <summary>Opens a monitor of the calling thread's network namespace.</summary>
    /// <returns>Null where processes cannot be known by their id, because we are in a pid namespace of our own.</returns>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public static CommitMonitor? TryOpen()
    {
        if (new FileInfo("/proc/self/ns/pid").LinkTarget != FirstPidNamespace)
        {
            return null;
        }

        var socket = NetlinkSocket.OpenDescriptor(ConntrackConstants.NetfilterProtocol);
        _ = Libc.SetSocketOption(socket, Libc.LevelSocket, Libc.OptionReceiveBufferForce, BitConverter.GetBytes(KernelBufferSize), sizeof(int));
        var monitor = new CommitMonitor(socket);
        try
        {
            monitor.Bind();
            monitor.Begin();
            monitor.End();
            return monitor;
        }
        catch (NetlinkException)
        {
            monitor.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    /// <summary>Listens from now on. What was heard before, and wakes before, are forgotten.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public void Begin()
    {
        Span<Libc.PollFd> wake = [new() { Fd = _wake.ReadEnd, Events = Libc.PollIn }];
        if (Libc.Poll(wake, 1, 0) > 0)
        {
            _ = Libc.Read(_wake.ReadEnd, _buffer, (nuint)_buffer.Length);
        }

        while (Libc.Receive(_socket, _buffer, (nuint)_buffer.Length, Libc.MessageDontWait) >= 0 || Errno.Last is Errno.Interrupted or Errno.NoBufferSpace)
        {
        }

        if (Libc.SetSocketOption(_socket, NetlinkConstants.SocketLevel, AddMembership, BitConverter.GetBytes(NftablesGroup), sizeof(int)) < 0)
        {
            throw new NetlinkException("listen for commits of nftables", Errno.Last);
        }
    }

    public void End() =>
        _ = Libc.SetSocketOption(_socket, NetlinkConstants.SocketLevel, DropMembership, BitConverter.GetBytes(NftablesGroup), sizeof(int));

    /// <summary>Makes the present or the next <see cref="Wait"/> return. Must not be called once the monitor is disposed.</summary>
    public void Wake() => _ = Libc.Write(_wake.WriteEnd, [1], 1);

    /// <summary>Blocks until the process has committed so many transactions since <see cref="Begin"/>.</summary>
    /// <returns>False when nobody knows: woken, the end of <paramref name="atMost"/>, or messages were lost.</returns>
    public bool Wait(int process, int transactions, TimeSpan atMost)
    {
        var since = Stopwatch.GetTimestamp();
        while (transactions > 0)
        {
            Span<Libc.PollFd> descriptors =
            [
                new() { Fd = (int)_socket.DangerousGetHandle(), Events = Libc.PollIn },
                new() { Fd = _wake.ReadEnd, Events = Libc.PollIn },
            ];
            var left = (atMost - Stopwatch.GetElapsedTime(since)).TotalMilliseconds;
            if (left <= 0 || Libc.Poll(descriptors, 2, (int)Math.Min(left, int.MaxValue)) <= 0 || descriptors[1].Returned != 0)
            {
                return false;
            }

            var length = (int)Libc.Receive(_socket, _buffer, (nuint)_buffer.Length, Libc.MessageTruncate | Libc.MessageDontWait);
            if (length < 0 || length > _buffer.Length)
            {
                return false;
            }

            transactions -= Count(_buffer.AsSpan(0, length), process);
        }

        return true;
    }

    // The kernel tells a transaction to all but the port zero, which a socket has until it is bound.
    private void Bind()
    {
        Span<byte> address = stackalloc byte[SocketAddressSize];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)Libc.AddressFamilyNetlink);
        if (Libc.Bind(_socket, address, SocketAddressSize) < 0)
        {
            throw new NetlinkException("bind a netlink socket", Errno.Last);
        }
    }

    internal static int Count(ReadOnlySpan<byte> datagram, int process)
    {
        var count = 0;
        var reader = new NetlinkReader(datagram);
        while (reader.MoveNext())
        {
            if (reader.Type != NewGeneration)
            {
                continue;
            }

            var attributes = new AttributeReader(reader.Payload[NetfilterHeaderLength..]);
            while (attributes.MoveNext())
            {
                count += attributes.Type == GenerationProcess && attributes.UInt32BigEndian == process ? 1 : 0;
            }
        }

        return count;
    }
}
