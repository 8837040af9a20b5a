using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig;

/// <summary>Whether one namespace reaches an address, and as whom the other side sees it.</summary>
public static partial class Reachability
{
    private const int ReceiverPort = 8080;
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(3);

    /// <summary>
    /// An echo request is answered within 2 s. More than one is sent: routes from elsewhere may still be on their way.
    /// </summary>
    public static async Task<bool> PingAsync(NetworkNamespace from, IpAddress to)
    {
        ArgumentNullException.ThrowIfNull(from);
        return (await from.RunAsync("ping", "-n", "-c", "1", "-i", "0.2", "-w", "2", to.ToString())).Succeeded;
    }

    /// <summary>The one echo request that is sent is answered within a second.</summary>
    public static async Task<bool> PingOnceAsync(NetworkNamespace from, IpAddress to)
    {
        ArgumentNullException.ThrowIfNull(from);
        return (await from.RunAsync("ping", "-n", "-c", "1", "-W", "1", to.ToString())).Succeeded;
    }

    /// <summary>Starts a ping that runs until it is stopped. The interval is in seconds.</summary>
    public static RunningPing StartPing(NetworkNamespace from, IpAddress to, double interval) => RunningPing.Start(from, to, interval);

    /// <summary>The TTL (hop limit) with which an echo reply arrives; 64 less one for each router on the way back.</summary>
    public static async Task<int> ReplyTtlAsync(NetworkNamespace from, IpAddress to)
    {
        ArgumentNullException.ThrowIfNull(from);
        // On the way each hop that is new to IPv6 may ask its neighbour twice, a second apart (RFC 4861).
        var text = (await from.RunAsync("ping", "-n", "-c", "1", "-W", "5", to.ToString())).OrThrow().Stdout;
        return int.Parse(TtlPattern().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Connects by TCP and returns the client's address as the receiver sees it, or null when no connection came about.</summary>
    public static Task<IpAddress?> SourceSeenAsync(NetworkNamespace from, NetworkNamespace receiver, IpAddress to) =>
        SourceSeenThroughAsync(from, to, ReceiverPort, receiver, to, ReceiverPort);

    /// <summary>The same when the client calls another address and port, from which a port mapping leads to the receiver.</summary>
    public static async Task<IpAddress?> SourceSeenThroughAsync(
        NetworkNamespace from, IpAddress to, int port, NetworkNamespace receiver, IpAddress receiverAddress, int receiverPort)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(receiver);
        var family = to.Family == IpFamily.IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        using var listener = receiver.Open(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(receiverAddress.ToIPAddress(), receiverPort));
        listener.Listen();
        using var client = from.Open(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        using var deadline = new CancellationTokenSource(ConnectDeadline);
        try
        {
            await client.ConnectAsync(new IPEndPoint(to.ToIPAddress(), port), deadline.Token);
            using var accepted = await listener.AcceptAsync(deadline.Token);
            return IpAddress.From(((IPEndPoint)accepted.RemoteEndPoint!).Address);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?:ttl|hlim)=(\d+)")]
    private static partial Regex TtlPattern();
}
