using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Probing;

/// <summary>
/// The raw sockets of one namespace. They stand behind the namespace's own INPUT chain and before its protocols, so that they hear what
/// the kernel would deliver, and nobody has to listen.
/// </summary>
internal sealed partial class ProbeStation : IDisposable
{
    private const int Inet = 2;
    private const int Inet6 = 10;

    /// <summary>IPPROTO_RAW: what is sent begins with the IP header.</summary>
    private const int HeaderIncluded = 255;

    private const int SolSocket = 1;
    private const int SoReceiveBufferForce = 33;
    private const int ReceiveBuffer = 4 << 20;
    private readonly Socket _sender4;
    private readonly Socket _sender6;
    private readonly Socket[] _receivers;

    private ProbeStation(IEnumerable<int> protocols)
    {
        _sender4 = Raw(Inet, HeaderIncluded);
        _sender6 = Raw(Inet6, HeaderIncluded);
        _receivers =
        [
            .. protocols.Where(protocol => protocol != 58).Select(protocol => Receiver(Inet, protocol)),
            .. protocols.Where(protocol => protocol != 1).Select(protocol => Receiver(Inet6, protocol)),
        ];
    }

    public static ProbeStation Open(NetworkNamespace where, IEnumerable<int> protocols) => where.Open(() => new ProbeStation(protocols));

    /// <summary>Sends one packet, header and all; false when this namespace refuses to send it.</summary>
    public bool Send(IpAddress destination, byte[] packet)
    {
        try
        {
            var socket = destination.Family == IpFamily.IPv4 ? _sender4 : _sender6;
            socket.SendTo(packet, new IPEndPoint(destination.ToIPAddress(), 0));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.NetworkUnreachable or SocketError.HostUnreachable)
        {
            return false;
        }
    }

    /// <summary>The numbers of the probes that have arrived since the last call.</summary>
    public IReadOnlyList<int> Arrived(byte[] run)
    {
        var found = new List<int>();
        var buffer = new byte[2048];
        foreach (var receiver in _receivers)
        {
            int length;
            while ((length = receiver.Receive(buffer, 0, buffer.Length, SocketFlags.None, out var error)) > 0 || error == SocketError.Success)
            {
                var at = buffer.AsSpan(0, length).IndexOf(run);
                if (at >= 0)
                {
                    found.Add(BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at + run.Length)));
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        _sender4.Dispose();
        _sender6.Dispose();
        foreach (var receiver in _receivers)
        {
            receiver.Dispose();
        }
    }

    private static Socket Receiver(int family, int protocol)
    {
        var socket = Raw(family, protocol);
        socket.Blocking = false;
        // A raw socket of a host hears all of the host's TCP: etcd's answers must not push a probe out.
        socket.SetRawSocketOption(SolSocket, SoReceiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        return socket;
    }

    // By socket(2): the framework's own constructor knows only some of the protocols.
    private static Socket Raw(int family, int protocol)
    {
        const int RawCloseOnExec = 3 | 0x80000;
        var fd = OpenSocket(family, RawCloseOnExec, protocol);
        return fd >= 0
            ? new Socket(new SafeSocketHandle(fd, ownsHandle: true))
            : throw new InvalidOperationException($"a raw socket of protocol {protocol} failed with errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);
}
