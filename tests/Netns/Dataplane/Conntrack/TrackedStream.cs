using System.Net;
using System.Net.Sockets;

namespace Calico.Tests.Netns.Dataplane.Conntrack;

/// <summary>An open TCP connection between the two pods.</summary>
internal sealed class TrackedStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private readonly Socket _listener;
    private readonly Socket _client;
    private readonly Socket _server;

    public TrackedStream(Socket listener, Socket client, string server, int port)
    {
        (_listener, _client) = (listener, client);
        client.Connect(new IPEndPoint(IPAddress.Parse(server), port));
        _server = listener.Accept();
    }

    /// <summary>Does what the server sends arrive?</summary>
    public Task<bool> AnswersAsync() => ArrivesAsync(_server, _client);

    /// <summary>Does what the client sends arrive?</summary>
    public Task<bool> AsksAsync() => ArrivesAsync(_client, _server);

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _listener.Dispose();
    }

    private static async Task<bool> ArrivesAsync(Socket from, Socket to)
    {
        await from.SendAsync(new byte[1]);
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            return await to.ReceiveAsync(new byte[16], deadline.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
