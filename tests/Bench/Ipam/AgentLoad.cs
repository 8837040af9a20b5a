using System.Net.Sockets;
using System.Text;
using Calico.Cni.Protocol;

namespace Calico.Tests.Bench.Ipam;

/// <summary>ADDs of addresses through an agent's socket, a connection each, as plugins make them; then the same containers are deleted, which is not timed.</summary>
internal static class AgentLoad
{
    public static async Task<LoadResult> RunAsync(string socket, string conf, int callers, int count, CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("N");
        var body = Encoding.UTF8.GetBytes(conf);
        var made = 0;
        var result = await Crowd.RunWarmAsync(callers, count, number =>
        {
            Interlocked.Increment(ref made);
            return AskAsync(socket, Request(CniCommand.Add, $"{run}{number}", body), cancellationToken);
        });
        await Crowd.RunAsync(callers, made, number => AskAsync(socket, Request(CniCommand.Del, $"{run}{number}", body), cancellationToken));
        return result;
    }

    private static AgentRequest Request(CniCommand command, string container, byte[] conf) =>
        new(new PluginRequest(command, container, "", "eth0", "", "", conf));

    private static async Task AskAsync(string path, AgentRequest request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(AgentWire.WriteRequest(request), cancellationToken);
        var header = new byte[AgentWire.HeaderSize];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var payload = new byte[AgentWire.ReadLength(header)];
        await stream.ReadExactlyAsync(payload, cancellationToken);
        if (AgentWire.ReadReply(payload).Error is { } error)
        {
            throw error;
        }
    }
}
