using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>HTTP/1.1 (RFC 9112) as far as the client speaks it: requests with Content-Length, answers whole or in chunks.</summary>
internal sealed class FakeHttpConnection(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Null when the client has ended the connection.</summary>
    public async Task<FakeRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { Length: > 0 } first)
        {
            return null;
        }

        var parts = first.Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        for (var read = 0; read < body.Length; read += Take(body.AsSpan(read)))
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return null;
            }
        }

        var authorization = headers.GetValueOrDefault("Authorization", "");
        return new FakeRequest(
            parts[0], parts[1], headers.GetValueOrDefault("Content-Type", ""), authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization[7..] : "", body);
    }

    public Task AnswerAsync(int code, JsonObject body, int retryAfterSeconds, CancellationToken cancellationToken, bool isCut = false)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var retry = retryAfterSeconds > 0 ? $"Retry-After: {retryAfterSeconds}\r\n" : "";
        var head = $"HTTP/1.1 {code} Status\r\nContent-Type: application/json\r\n{retry}Content-Length: {bytes.Length}\r\n\r\n";
        return stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. isCut ? bytes[..(bytes.Length / 2)] : bytes], cancellationToken).AsTask();
    }

    public Task BeginStreamAsync(CancellationToken cancellationToken) =>
        stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancellationToken).AsTask();

    public Task SendLineAsync(JsonObject line, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(line.ToJsonString() + "\n");
        var head = bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n";
        return stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bytes, .. "\r\n"u8], cancellationToken).AsTask();
    }

    public Task EndStreamAsync(CancellationToken cancellationToken) => stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken).AsTask();

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            while (_start < _end)
            {
                var next = (char)_buffer[_start++];
                if (next == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append(next);
            }

            if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private int Take(Span<byte> into)
    {
        var count = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(into);
        _start += count;
        return count;
    }
}
