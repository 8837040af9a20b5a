using System.Buffers.Binary;
using System.Net.Sockets;
using Calico.Agent.Api;
using Calico.Cni.Protocol;
using Calico.Model.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi;

/// <summary>A server on a socket of its own, and a caller that may misbehave.</summary>
internal abstract class AgentServerFixture
{
    protected static readonly byte[] Conf = """{"cniVersion":"1.1.0","name":"net","type":"calico"}"""u8.ToArray();

    protected string Root { get; private set; } = "";

    protected AgentServerOptions Options { get; set; } = new();

    protected CancellationTokenSource Stop { get; private set; } = new();

    protected Task Running { get; private set; } = Task.CompletedTask;

    protected ReaperLog Reaper { get; private set; } = new();

    [SetUp]
    public void MakeDirectory()
    {
        Root = Directory.CreateTempSubdirectory("calico-api-").FullName;
        Options = new AgentServerOptions { SocketPath = Path.Combine(Root, "run", "agent.sock") };
        Stop = new CancellationTokenSource();
        Running = Task.CompletedTask;
        Reaper = new ReaperLog();
    }

    [TearDown]
    public async Task StopAndClean()
    {
        await Stop.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        Stop.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    protected static Task<CniResult?> Nothing(PluginRequest request, CancellationToken cancellationToken) => Task.FromResult<CniResult?>(null);

    protected static CniResult ResultOf(PluginRequest request) => new()
    {
        Interfaces = [new CniInterface($"cali-{request.ContainerId}")],
        Ips = [new CniIp(InterfaceAddress.Parse("10.0.0.1/32"), Interface: 0)],
    };

    protected static AgentRequest Request(string container, CniCommand command = CniCommand.Add) =>
        new(new PluginRequest(command, container, "/run/netns/x", "eth0", "", "/opt/cni/bin", Conf));

    protected static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    protected static byte[] Frame(byte[] payload)
    {
        var frame = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        payload.CopyTo(frame, 4);
        return frame;
    }

    protected static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    protected static async Task<AgentReply> ReadReplyAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var header = new byte[AgentWire.HeaderSize];
        await stream.ReadExactlyAsync(header);
        var payload = new byte[AgentWire.ReadLength(header)];
        await stream.ReadExactlyAsync(payload);
        return AgentWire.ReadReply(payload);
    }

    protected static async Task AssertRefusedAsync(Socket socket, CniErrorCode code)
    {
        var reply = await ReadReplyAsync(socket);

        Assert.That(reply.Error!.Code, Is.EqualTo(code));
        Assert.That(await socket.ReceiveAsync(new byte[1]), Is.Zero);
    }

    protected async Task StartAsync(Func<PluginRequest, CancellationToken, Task<CniResult?>> handle, IEndpointReadiness? readiness = null)
    {
        var listening = new TaskCompletionSource();
        Running = new AgentServer(Options, handle, Reaper, NullLogger.Instance, readiness: readiness).RunAsync(listening.SetResult, Stop.Token);
        await Task.WhenAny(Running, listening.Task);
        if (Running.IsFaulted)
        {
            await Running;
        }
    }

    protected async Task StopAsync()
    {
        await Stop.CancelAsync();
        await Running;
    }

    protected async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Options.SocketPath));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    protected async Task<AgentReply> AskAsync(AgentRequest request)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, AgentWire.WriteRequest(request));
        return await ReadReplyAsync(socket);
    }

    /// <summary>What a killed agent leaves: the name stays, as renaming keeps .NET from deleting it.</summary>
    protected void LeaveStaleSocket()
    {
        var path = Options.SocketPath;
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path + ".1"));
            socket.Listen();
            File.Move(path + ".1", path);
        }

        Assert.That(File.Exists(path), Is.True);
    }
}
