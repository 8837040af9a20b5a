using System.Net.Sockets;
using System.Text;
using Calico.Ipam.Core;

namespace Calico.Ipam.Plugin;

/// <summary>
/// The turns of the direct callers of one node. Whoever listens at an abstract Unix socket (unix(7)) has the turn; the others are connected to it and
/// feel it go, however it goes: the kernel closes the socket of a process that was killed, and there is no file to be left behind.
/// </summary>
/// <param name="node">Callers for other nodes write other blocks.</param>
/// <param name="patience">How long to wait for a turn; by itself 3 s.</param>
internal sealed class SocketTurn(string node, TimeSpan? patience = null) : INodeTurn
{
    private const int Backlog = 4096;

    /// <summary>Longer than 32 callers take, and shorter than a runtime's patience: after it the caller goes without a turn.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(3);

    /// <summary>Between bind(2) and listen(2) of another.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    /// <summary>Of sun_path (unix(7)) with the zero that makes it abstract.</summary>
    private const int MaxName = 108;

    private readonly string _name = "\0calico-ipam." + node;

    public async Task<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(_name) > MaxName)
        {
            return null;
        }

        var door = new UnixDomainSocketEndPoint(_name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience ?? UsualPatience);
        try
        {
            while (true)
            {
                if (TryListen(door) is { } turn)
                {
                    return turn;
                }

                if (!await WaitAsync(door, limit.Token))
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException)
        {
            // A host without Unix sockets, or without room for another: no reason not to allocate.
            return null;
        }
    }

    private static Socket? TryListen(UnixDomainSocketEndPoint door)
    {
        var socket = NewSocket();
        try
        {
            socket.Bind(door);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the turn may be free; false when whoever has the name is not one of us.</summary>
    private static async Task<bool> WaitAsync(UnixDomainSocketEndPoint door, CancellationToken cancellationToken)
    {
        using var other = NewSocket();
        try
        {
            await other.ConnectAsync(door, cancellationToken);
        }
        catch (SocketException)
        {
            // It went just now, or does not listen yet.
            await Task.Delay(Moment, cancellationToken);
            return true;
        }

        if (!PeerUser.IsOurs(other))
        {
            return false;
        }

        try
        {
            // Nobody accepts and nobody writes: this ends when the listener does.
            await other.ReceiveAsync(new byte[1], cancellationToken);
        }
        catch (SocketException)
        {
            // Reset, which is how a listener's end looks to those who wait.
        }

        return true;
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
