using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Probing;

/// <summary>
/// Sends packets between namespaces and says which ones arrived, without a time to wait for those that do not: packets between
/// namespaces of one processor pass one queue in order, hop by hop, so that when a marker has gone through that queue as often as a
/// packet can have hops, every packet before it has arrived or is gone.
/// </summary>
public sealed class Prober : IDisposable
{
    /// <summary>TCP, UDP, SCTP and UDP-Lite, both ICMPs, IP in IP, and one that is nobody's.</summary>
    public static readonly IReadOnlyList<int> Protocols = [1, 4, 6, 17, 58, 132, 136, 253];

    /// <summary>Pod, host, fabric, host, pod, and some to spare.</summary>
    private const int MostHops = 8;

    /// <summary>Far fewer than the kernel's queue takes (net.core.netdev_max_backlog, 1000).</summary>
    private const int AtOnce = 64;

    private const int MarkerDeadlineMs = 10_000;
    private readonly Dictionary<NetworkNamespace, ProbeStation> _stations = [];
    private readonly Socket _marker;
    private readonly byte[] _run = RandomNumberGenerator.GetBytes(8);
    private int _next;

    /// <param name="quiet">A namespace without rules, where markers go round.</param>
    public Prober(NetworkNamespace quiet)
    {
        ArgumentNullException.ThrowIfNull(quiet);
        _marker = quiet.Open(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = MarkerDeadlineMs };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(socket.LocalEndPoint!);
            return socket;
        });
    }

    /// <summary>Opens the sockets of a place beforehand; otherwise the first probe from or to it does.</summary>
    public void Open(NetworkNamespace place)
    {
        if (!_stations.ContainsKey(place))
        {
            _stations[place] = ProbeStation.Open(place, Protocols);
        }
    }

    public void Close(NetworkNamespace place)
    {
        if (_stations.Remove(place, out var station))
        {
            station.Dispose();
        }
    }

    public bool Arrives(Probe probe) => Send([probe])[0];

    /// <summary>Sends the probes in order; says of each whether it arrived where it is expected.</summary>
    public bool[] Send(IReadOnlyList<Probe> probes)
    {
        ArgumentNullException.ThrowIfNull(probes);
        foreach (var place in probes.SelectMany(probe => new[] { probe.From, probe.To }))
        {
            Open(place);
        }

        var arrived = new bool[probes.Count];
        PinnedThread.Run(() =>
        {
            for (var first = 0; first < probes.Count; first += AtOnce)
            {
                Send(probes, first, Math.Min(first + AtOnce, probes.Count), arrived);
            }
        });
        return arrived;
    }

    public void Dispose()
    {
        _marker.Dispose();
        foreach (var station in _stations.Values)
        {
            station.Dispose();
        }
    }

    private void Send(IReadOnlyList<Probe> probes, int first, int end, bool[] arrived)
    {
        var places = probes.Take(first..end).Select(probe => probe.To).Distinct().ToList();
        places.ForEach(place => _stations[place].Arrived(_run));
        var number = _next;
        _next += end - first;
        for (var i = first; i < end; i++)
        {
            var mark = new byte[_run.Length + sizeof(int)];
            _run.CopyTo(mark, 0);
            BinaryPrimitives.WriteInt32BigEndian(mark.AsSpan(_run.Length), number + i - first);
            _stations[probes[i].From].Send(probes[i].Packet.Destination, PacketBytes.Of(probes[i].Packet, mark));
        }

        PassTheQueue();
        foreach (var place in places)
        {
            foreach (var index in _stations[place].Arrived(_run).Select(found => found - number + first))
            {
                // An answer that quotes a probe comes to its sender, and is no arrival.
                if (index >= first && index < end && probes[index].To == place)
                {
                    arrived[index] = true;
                }
            }
        }
    }

    private void PassTheQueue()
    {
        var buffer = new byte[1];
        for (var hop = 0; hop < MostHops; hop++)
        {
            _marker.Send(buffer);
            _marker.Receive(buffer);
        }
    }
}
