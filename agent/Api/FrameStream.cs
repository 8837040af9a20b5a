using System.Net.Sockets;
using Calico.Cni.Protocol;

namespace Calico.Agent.Api;

/// <summary>Whole messages over one connection.</summary>
internal sealed class FrameStream(Socket socket)
{
    /// <summary>The next payload; null when the other side has closed between messages.</summary>
    /// <exception cref="CniException">Code 6: a length outside the limits, or the end in the middle of a message.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var header = new byte[AgentWire.HeaderSize];
        var got = await FillAsync(header, cancellationToken);
        if (got == 0)
        {
            return null;
        }

        RequireWhole(got, header.Length);
        var payload = new byte[AgentWire.ReadLength(header)];
        RequireWhole(await FillAsync(payload, cancellationToken), payload.Length);
        return payload;
    }

    public async Task WriteAsync(byte[] frame, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < frame.Length;)
        {
            sent += await socket.SendAsync(frame.AsMemory(sent), cancellationToken);
        }
    }

    /// <summary>Has the other side closed? Only meaningful while it owes us nothing.</summary>
    public bool IsPeerGone => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;

    private static void RequireWhole(int got, int wanted)
    {
        if (got < wanted)
        {
            throw new CniException(CniErrorCode.DecodingFailure, $"the message ends after {got} of {wanted} bytes");
        }
    }

    private async Task<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer[filled..], cancellationToken);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }
}
