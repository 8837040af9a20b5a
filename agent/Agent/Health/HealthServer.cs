using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Health;

/// <summary>Answers <c>GET /liveness</c> and <c>GET /readiness</c> (HTTP/1.1, one request per connection) with 200 or 503 and the reason.</summary>
internal sealed class HealthServer(IPEndPoint endPoint, Func<string?> whyNotReady, ILogger log)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private const int LongestRequest = 8192;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(endPoint);
        listener.Start();
        AgentLog.HealthServed(log, endPoint.ToString());
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
                AgentLog.HealthRequestFailed(log, e.Message);
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = await RequestLineAsync(stream, cancellationToken);
        var (code, body) = line.Split(' ') switch
        {
            ["GET", "/liveness", ..] => ("200 OK", "alive"),
            ["GET", "/readiness", ..] => whyNotReady() is { } reason ? ("503 Service Unavailable", reason) : ("200 OK", "ready"),
            _ => ("404 Not Found", "ask for /liveness or /readiness"),
        };
        var reply = $"HTTP/1.1 {code}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body) + 1}\r\nConnection: close\r\n\r\n{body}\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), cancellationToken);
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
