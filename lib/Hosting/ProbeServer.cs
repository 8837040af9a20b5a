using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Calico.Hosting;

/// <summary>Answers <c>GET</c> of a few paths (HTTP/1.1, one request per connection): health for the kubelet, figures for Prometheus.</summary>
/// <param name="endPoint">The unspecified IPv6 address listens for IPv4 too, and for IPv4 alone where the kernel has no IPv6.</param>
/// <param name="replies">Path to what it answers now.</param>
public sealed class ProbeServer(IPEndPoint endPoint, IReadOnlyDictionary<string, Func<ProbeReply>> replies, ILogger log)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private const int LongestRequest = 8192;

    /// <summary>Serves until the token is cancelled.</summary>
    /// <exception cref="SocketException">The address or port cannot be listened on.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isEverywhere = endPoint.Address.Equals(IPAddress.IPv6Any);
        using var listener = new TcpListener(isEverywhere && !Socket.OSSupportsIPv6 ? new IPEndPoint(IPAddress.Any, endPoint.Port) : endPoint);
        if (isEverywhere && Socket.OSSupportsIPv6)
        {
            listener.Server.DualMode = true;
        }

        listener.Start();
        HostingLog.Served(log, endPoint.ToString(), string.Join(" and ", replies.Keys));
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync(cancellationToken);
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            until.CancelAfter(Deadline);
            try
            {
                await ServeAsync(client.GetStream(), until.Token);
            }
            catch (Exception e) when (e is IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                HostingLog.RequestFailed(log, endPoint.ToString(), e.Message);
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = await RequestLineAsync(stream, cancellationToken);
        var known = line.Split(' ') is ["GET", var path, ..] ? replies.GetValueOrDefault(path) : null;
        var reply = known?.Invoke();
        var code = reply switch { null => "404 Not Found", { IsGood: true } => "200 OK", _ => "503 Service Unavailable" };
        reply ??= new ProbeReply(false, $"ask for {string.Join(" or ", replies.Keys)}");
        var body = Encoding.UTF8.GetBytes(reply.Body + "\n");
        var head = $"HTTP/1.1 {code}\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }

    /// <summary>Reads to the end of the headers, so that closing does not reset the connection under the reply.</summary>
    private static async Task<string> RequestLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length && !Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n")[0];
    }
}
