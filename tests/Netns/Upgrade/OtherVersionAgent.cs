using System.Buffers.Binary;
using System.Net.Sockets;

namespace Calico.Tests.Netns.Upgrade;

/// <summary>An agent of a later release: it listens on the socket and refuses the request's version.</summary>
internal sealed class OtherVersionAgent : IAsyncDisposable
{
    private static readonly byte[] Refusal =
        """{"version":99,"error":{"code":1,"msg":"this agent speaks version 99 of the protocol","details":""}}"""u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;
    private int _refused;

    public OtherVersionAgent(string path)
    {
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(128);
        _serving = ServeAsync();
    }

    /// <summary>How many requests it has answered.</summary>
    public int Refused => _refused;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync();
                await using var stream = new NetworkStream(connection);
                var length = new byte[4];
                await stream.ReadExactlyAsync(length);
                await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32LittleEndian(length)]);
                BinaryPrimitives.WriteInt32LittleEndian(length, Refusal.Length);
                await stream.WriteAsync((byte[])[.. length, .. Refusal]);
                _refused++;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed: the end.
        }
    }
}
