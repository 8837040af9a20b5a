using System.Diagnostics;
using Calico.Linux.Netlink;

namespace Calico.Linux.Nftables;

/// <summary>
/// Tells when a process has committed its nftables transactions. From then on packets meet what it wrote, although the process may
/// live on for tens of milliseconds: its socket's close waits for an RCU grace period. One thread waits; any thread may wake it.
/// </summary>
/// <remarks>It listens only between <see cref="Begin"/> and <see cref="End"/>: a listener costs every commit of the host something.</remarks>
public sealed class CommitMonitor : IDisposable
{
    // The pid that the kernel tells is the first namespace's, whose inode is fixed (linux/proc_ns.h).
    private const string FirstPidNamespace = "pid:[4026531836]";

    private const int KernelBufferSize = 1024 * 1024;
    private readonly MulticastSocket _socket;

    private CommitMonitor(MulticastSocket socket)
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

        var monitor = new CommitMonitor(MulticastSocket.Open(NetlinkConstants.NetfilterProtocol, 0, KernelBufferSize, "listen for commits of nftables"));
        try
        {
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

    public void Dispose() => _socket.Dispose();

    /// <summary>Listens from now on. What was heard before, and wakes before, are forgotten.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public void Begin()
    {
        _socket.Await(TimeSpan.Zero); // takes a wake
        while (_socket.Receive(out _) != Received.Nothing)
        {
        }

        _socket.Join(NftConstants.Group);
    }

    public void End() => _socket.Leave(NftConstants.Group);

    /// <summary>Makes the present or the next <see cref="Wait"/> return. Must not be called once the monitor is disposed.</summary>
    public void Wake() => _socket.Wake();

    /// <summary>Blocks until the process has committed so many transactions since <see cref="Begin"/>.</summary>
    /// <returns>False when nobody knows: woken, the end of <paramref name="atMost"/>, messages were lost, or the socket failed.</returns>
    public bool Wait(int process, int transactions, TimeSpan atMost)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            while (transactions > 0)
            {
                if (!_socket.Await(atMost - Stopwatch.GetElapsedTime(since)) || _socket.Receive(out var datagram) == Received.Lost)
                {
                    return false;
                }

                transactions -= Count(datagram, process);
            }

            return true;
        }
        catch (NetlinkException)
        {
            return false;
        }
    }

    internal static int Count(ReadOnlySpan<byte> datagram, int process)
    {
        var count = 0;
        var reader = new NetlinkReader(datagram);
        while (reader.MoveNext())
        {
            if (reader.Type != NftConstants.NewGeneration)
            {
                continue;
            }

            var attributes = new AttributeReader(reader.Payload[NetfilterHeader.Length..]);
            while (attributes.MoveNext())
            {
                count += attributes.Type == NftConstants.GenerationProcess && attributes.UInt32BigEndian == process ? 1 : 0;
            }
        }

        return count;
    }
}
