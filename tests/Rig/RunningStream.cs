using System.Net;
using System.Net.Sockets;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig;

/// <summary>An open TCP connection between two namespaces, whose far end returns what it gets.</summary>
public sealed class RunningStream : IAsyncDisposable
{
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Task _echo;

    private RunningStream(Socket client, Socket server)
    {
        (_client, _server) = (client, server);
        _echo = EchoAsync(server);
    }

    /// <exception cref="OperationCanceledException">No connection came about within 5 s.</exception>
    public static async Task<RunningStream> OpenAsync(NetworkNamespace from, NetworkNamespace to, IpAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var family = address.Family == IpFamily.IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        using var listener = to.Open(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(address.ToIPAddress(), port));
        listener.Listen();
        var client = from.Open(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        using var deadline = new CancellationTokenSource(ConnectDeadline);
        await client.ConnectAsync(new IPEndPoint(address.ToIPAddress(), port), deadline.Token);
        return new RunningStream(client, await listener.AcceptAsync(deadline.Token));
    }

    /// <summary>Sends a number and says whether it came back within <paramref name="deadline"/>. A stream that was cut once is of no more use.</summary>
    public async Task<bool> PassesAsync(int number, TimeSpan deadline)
    {
        using var timer = new CancellationTokenSource(deadline);
        var answer = new byte[sizeof(int)];
        try
        {
            await _client.SendAsync(BitConverter.GetBytes(number), timer.Token);
            for (var have = 0; have < answer.Length;)
            {
                var length = await _client.ReceiveAsync(answer.AsMemory(have), timer.Token);
                have += length > 0 ? length : throw new SocketException((int)SocketError.ConnectionReset);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }

        return BitConverter.ToInt32(answer) == number;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        await _echo;
    }

    private static async Task EchoAsync(Socket server)
    {
        var buffer = new byte[1024];
        try
        {
            int length;
            while ((length = await server.ReceiveAsync(buffer)) > 0)
            {
                await server.SendAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end, or the test, is done.
        }
    }
}
