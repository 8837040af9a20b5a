using System.Net.Sockets;
using Calico.Cni.Protocol;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api;

/// <summary>One connection: request after request until the caller closes, is too slow, or sends what cannot be read.</summary>
internal sealed class AgentConnection(Socket socket, RequestServer server, AgentServerOptions options, ILogger log, TimeProvider time)
{
    private readonly FrameStream _frames = new(socket);

    /// <param name="stopping">No further request is taken.</param>
    /// <param name="cutOff">The request under way is given up.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cutOff)
    {
        try
        {
            while (!stopping.IsCancellationRequested && await ReadRequestAsync(stopping) is { } request)
            {
                if (await server.ServeAsync(request, () => _frames.IsPeerGone, cutOff) is not { } reply)
                {
                    return;
                }

                try
                {
                    await WriteAsync(reply);
                }
                finally
                {
                    // A caller killed while it waited has had its release all the same.
                    server.AfterReply(request, reply);
                }
            }
        }
        catch (CniException e)
        {
            log.BadMessage(e.Message);
            await WriteAsync(new AgentReply(null, e));
        }
    }

    private async Task<AgentRequest?> ReadRequestAsync(CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(options.ReadDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        var payload = await _frames.ReadAsync(either.Token);
        return payload is null ? null : AgentWire.ReadRequest(payload);
    }

    private async Task WriteAsync(AgentReply reply)
    {
        using var deadline = new CancellationTokenSource(options.WriteDeadline, time);
        await _frames.WriteAsync(AgentWire.WriteReply(reply), deadline.Token);
    }
}
