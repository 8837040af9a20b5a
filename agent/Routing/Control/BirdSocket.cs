using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Calico.Agent.Routing.Control;

/// <summary>
/// A connection to BIRD's control socket: one line out, and back lines of a four-digit code, <c>-</c> while more follow or a space at the last,
/// and text (BIRD's doc/reply_codes). A line that begins with a space repeats the code before it. Not for concurrent callers.
/// </summary>
internal sealed class BirdSocket : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private BirdSocket(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    /// <exception cref="IOException">Nobody listens there, or it is not a BIRD.</exception>
    public static async Task<BirdSocket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"no BIRD answers on {path}: {e.Message}", e);
        }

        var result = new BirdSocket(socket);
        try
        {
            var greeting = await result.ReadReplyAsync(cancellationToken);
            return greeting.Code == BirdReply.Ready ? result : throw new IOException($"{path} greets with '{greeting.Message}', which is not BIRD's way");
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">BIRD ended, or did not answer within 10 s.</exception>
    public async Task<BirdReply> ExecuteAsync(string command, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), cancellationToken);
        return await ReadReplyAsync(cancellationToken);
    }

    /// <summary>Completes when BIRD closes the connection, which it does by ending.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.ReadLineAsync(cancellationToken) is not null)
            {
                // Nothing is expected on an idle connection.
            }
        }
        catch (IOException)
        {
            // A reset connection is an end as well.
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private async Task<BirdReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(Deadline);
        var lines = new List<BirdLine>();
        try
        {
            while (true)
            {
                var line = await _reader.ReadLineAsync(until.Token) ?? throw new IOException("BIRD closed its control socket");
                if (Parse(line, lines))
                {
                    return new BirdReply(lines);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"BIRD did not answer on its control socket within {Deadline.TotalSeconds:0} s");
        }
    }

    /// <summary>True at the last line.</summary>
    private static bool Parse(string line, List<BirdLine> lines)
    {
        if (line is ['+', ..])
        {
            return false; // an asynchronous message, of which none was asked for
        }

        if (line.Length > 4 && line[4] is ' ' or '-' && int.TryParse(line.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            lines.Add(new BirdLine(code, line[5..]));
            return line[4] == ' ';
        }

        lines.Add(new BirdLine(lines.Count > 0 ? lines[^1].Code : 0, line.Length > 0 ? line[1..] : ""));
        return false;
    }
}
