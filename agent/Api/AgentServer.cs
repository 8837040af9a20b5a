using System.Net.Sockets;
using Calico.Cni.Protocol;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api;

/// <summary>
/// The agent's Unix socket (docs/design/agent-socket.md): takes connections of root, one task each, and ends in an orderly way: the
/// socket goes first, so that new callers turn to <c>calico-ipam</c> at once, and requests under way get their reply.
/// </summary>
/// <param name="handle">What a call means: <c>IpamDelegate.HandleAsync</c>.</param>
/// <param name="readiness">Null when policy is not enforced.</param>
public sealed class AgentServer(
    AgentServerOptions options,
    Func<PluginRequest, CancellationToken, Task<CniResult?>> handle,
    IDeviceReaper reaper,
    ILogger log,
    TimeProvider? time = null,
    IEndpointReadiness? readiness = null)
{
    private const uint Root = 0;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];

    /// <summary>Listens and serves until it is cancelled; then lets the requests under way end, for <see cref="AgentServerOptions.DrainDeadline"/> at most.</summary>
    /// <param name="listening">Called once connections are taken.</param>
    /// <exception cref="IOException">The socket cannot be opened; the message says why.</exception>
    public async Task RunAsync(Action? listening, CancellationToken cancellationToken)
    {
        using var cutOff = new CancellationTokenSource();
        using (var listener = AgentSocket.Listen(options.SocketPath))
        {
            var owner = PeerCredentials.Of(listener).UserId;
            log.Listening(options.SocketPath);
            listening?.Invoke();
            var server = new RequestServer(options, handle, reaper, readiness, log, _time);
            await AcceptAsync(listener, server, owner, cutOff.Token, cancellationToken);
        }

        await DrainAsync(cutOff);
    }

    private async Task AcceptAsync(Socket listener, RequestServer server, uint owner, CancellationToken cutOff, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                await WaitForPlaceAsync(stopping);
                socket = await listener.AcceptAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a caller that gave up in the queue: neither may end the server, nor spin it.
                log.CannotAccept(e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time, CancellationToken.None);
                continue;
            }

            Track(ServeAsync(socket, server, owner, cutOff, stopping));
        }
    }

    private async Task WaitForPlaceAsync(CancellationToken stopping)
    {
        while (Open() is { } open && open.Length >= options.MaxConnections)
        {
            await Task.WhenAny(open).WaitAsync(stopping);
        }
    }

    private async Task ServeAsync(Socket socket, RequestServer server, uint owner, CancellationToken cutOff, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            using (socket)
            {
                var peer = PeerCredentials.Of(socket);
                if (peer.UserId != Root && peer.UserId != owner)
                {
                    log.Stranger(peer.ProcessId, peer.UserId);
                    return;
                }

                await new AgentConnection(socket, server, options, log, _time).RunAsync(stopping, cutOff);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            log.ConnectionEnded(e.Message);
        }
        catch (Exception e)
        {
            log.ConnectionBroken(e);
        }
    }

    private void Track(Task connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
        }

        _ = ForgetAsync(connection);
    }

    private async Task ForgetAsync(Task connection)
    {
        await Task.WhenAny(connection);
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private Task[] Open()
    {
        lock (_lock)
        {
            // One that has ended may not have been taken out yet.
            return [.. _connections.Where(c => !c.IsCompleted)];
        }
    }

    private async Task DrainAsync(CancellationTokenSource cutOff)
    {
        if (await EndWithinAsync(options.DrainDeadline) is var left and > 0)
        {
            log.CutOff(left, options.DrainDeadline.TotalSeconds);
            await cutOff.CancelAsync();
            await EndWithinAsync(options.WriteDeadline);
        }
    }

    /// <returns>How many connections are still open.</returns>
    private async Task<int> EndWithinAsync(TimeSpan bound)
    {
        var open = Open();
        using var deadline = new CancellationTokenSource(bound, _time);
        try
        {
            await Task.WhenAll(open).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // Counted below.
        }

        return open.Count(c => !c.IsCompleted);
    }
}
