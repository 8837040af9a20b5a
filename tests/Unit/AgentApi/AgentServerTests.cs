using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Calico.Agent.Api;
using Calico.Cni.Protocol;
using Calico.Model.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class AgentServerTests
{
    private static readonly byte[] Conf = """{"cniVersion":"1.1.0","name":"net","type":"calico"}"""u8.ToArray();

    private string _directory = "";
    private AgentServerOptions _options = new();
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private ReaperLog _reaper = new();

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("calico-api-").FullName;
        _options = new AgentServerOptions { SocketPath = Path.Combine(_directory, "run", "agent.sock") };
        _stop = new CancellationTokenSource();
        _running = Task.CompletedTask;
        _reaper = new ReaperLog();
    }

    [TearDown]
    public async Task StopAndClean()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task An_add_gets_its_result()
    {
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));

        var reply = await AskAsync(Request("a1"));

        Assert.That(reply.Result!.Interfaces.Single().Name, Is.EqualTo("cali-a1"));
    }

    [Test]
    public async Task The_handler_gets_the_call_as_the_runtime_made_it()
    {
        PluginRequest? seen = null;
        await StartAsync((request, _) =>
        {
            seen = request;
            return Task.FromResult<CniResult?>(null);
        });
        var call = Request("a1", CniCommand.Check);
        await AskAsync(call);

        Assert.That(seen! with { Conf = default }, Is.EqualTo(call.Plugin with { Conf = default }));
        Assert.That(seen.Conf.ToArray(), Is.EqualTo(Conf));
    }

    [Test]
    public async Task The_socket_is_for_its_owner_alone()
    {
        await StartAsync(Nothing);

        Assert.That(File.GetUnixFileMode(_options.SocketPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That((int)File.GetUnixFileMode(Path.GetDirectoryName(_options.SocketPath)!), Is.EqualTo(Convert.ToInt32("755", 8)));
    }

    [Test]
    public async Task An_error_of_the_handler_is_the_reply()
    {
        await StartAsync((_, _) => throw new CniException(CniErrorCode.TryAgainLater, "pool is full", "add one"));

        var error = (await AskAsync(Request("a1"))).Error!;

        Assert.That((error.Code, error.Message, error.Details), Is.EqualTo((CniErrorCode.TryAgainLater, "pool is full", "add one")));
    }

    [Test]
    public async Task An_unexpected_exception_is_code_100_without_its_text()
    {
        await StartAsync((_, _) => throw new InvalidOperationException("secret particulars"));

        var error = (await AskAsync(Request("a1"))).Error!;

        Assert.That((error.Code, error.Message.Contains("secret", StringComparison.Ordinal)), Is.EqualTo((CniErrorCode.Internal, false)));
    }

    [Test]
    public async Task A_handler_that_hangs_is_told_as_try_again_later()
    {
        _options = _options with { ServeDeadline = TimeSpan.FromMilliseconds(50) };
        await StartAsync(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });

        Assert.That((await AskAsync(Request("a1"))).Error!.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
    }

    [Test]
    public async Task A_hundred_callers_are_served_at_once()
    {
        const int Callers = 100;
        var together = new CountdownEvent(Callers);
        await StartAsync(async (request, token) =>
        {
            together.Signal();
            while (!together.IsSet)
            {
                await Task.Delay(1, token);
            }

            return ResultOf(request);
        });

        var replies = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => AskAsync(Request($"c{i}"))));

        Assert.That(
            replies.Select(r => r.Result?.Interfaces.Single().Name),
            Is.EqualTo(Enumerable.Range(0, Callers).Select(i => $"cali-c{i}")));
    }

    [Test]
    public async Task More_callers_than_places_wait_and_are_served()
    {
        _options = _options with { MaxConnections = 3 };
        var (now, most) = (0, 0);
        await StartAsync(async (request, token) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Delay(2, token);
            Interlocked.Decrement(ref now);
            return ResultOf(request);
        });

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => AskAsync(Request($"c{i}"))));

        Assert.That(replies.All(r => r.Result is not null), Is.True);
        Assert.That(most, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task One_connection_may_ask_again()
    {
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));
        using var socket = await ConnectAsync();
        await SendAsync(socket, AgentWire.WriteRequest(Request("a1")));
        var first = await ReadReplyAsync(socket);
        await SendAsync(socket, AgentWire.WriteRequest(Request("a2")));
        var second = await ReadReplyAsync(socket);

        Assert.That((first.Result!.Interfaces[0].Name, second.Result!.Interfaces[0].Name), Is.EqualTo(("cali-a1", "cali-a2")));
    }

    [Test]
    public async Task Requests_for_one_container_are_served_in_order_and_one_at_a_time()
    {
        var log = new ConcurrentQueue<string>();
        var gate = new TaskCompletionSource();
        await StartAsync(async (request, _) =>
        {
            log.Enqueue($"{request.Command} begins");
            await (request.Command == CniCommand.Add ? gate.Task : Task.CompletedTask);
            log.Enqueue($"{request.Command} ends");
            return null;
        });
        var add = AskAsync(Request("a1"));
        Assert.That(() => log, Has.Count.EqualTo(1).After(2000, 5));
        var del = AskAsync(Request("a1", CniCommand.Del));
        await Task.Delay(50);
        gate.SetResult();
        await Task.WhenAll(add, del);

        Assert.That(log, Is.EqualTo(new[] { "Add begins", "Add ends", "Del begins", "Del ends" }));
    }

    [Test]
    public async Task An_add_whose_caller_was_killed_before_its_turn_is_not_begun()
    {
        var served = new ConcurrentQueue<CniCommand>();
        var gate = new TaskCompletionSource();
        await StartAsync(async (request, _) =>
        {
            served.Enqueue(request.Command);
            await (request.Command == CniCommand.Del ? gate.Task : Task.CompletedTask);
            return null;
        });

        // The DEL is being served when the ADD that was sent earlier gets its turn.
        var del = AskAsync(Request("a1", CniCommand.Del));
        Assert.That(() => served, Has.Count.EqualTo(1).After(2000, 5));
        using (var killed = await ConnectAsync())
        {
            await SendAsync(killed, AgentWire.WriteRequest(Request("a1")));
            await Task.Delay(50);
        }

        gate.SetResult();
        await del;
        await AskAsync(Request("a1", CniCommand.Status));

        Assert.That(served, Is.EqualTo(new[] { CniCommand.Del, CniCommand.Status }));
    }

    [Test]
    public async Task The_device_of_a_released_pod_is_handed_over_after_the_reply()
    {
        await StartAsync(Nothing);
        await AskAsync(Request("0123456789abcdef", CniCommand.Del) with { HostIfIndex = 42 });

        Assert.That(() => _reaper.Devices, Is.EqualTo(new[] { (42, "cali0123456789a") }).After(2000, 5));
    }

    [Test]
    public async Task The_device_of_a_pod_whose_release_failed_stays()
    {
        await StartAsync((_, _) => throw new CniException(CniErrorCode.TryAgainLater, "store away"));
        await AskAsync(Request("0123456789abcdef", CniCommand.Del) with { HostIfIndex = 42 });
        await StopAsync();

        Assert.That(_reaper.Devices, Is.Empty);
    }

    [Test]
    public async Task A_released_pods_device_goes_even_if_the_caller_was_killed()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await StartAsync(async (_, _) =>
        {
            begun.SetResult();
            await gate.Task;
            return null;
        });
        using (var killed = await ConnectAsync())
        {
            await SendAsync(killed, AgentWire.WriteRequest(Request("0123456789abcdef", CniCommand.Del) with { HostIfIndex = 42 }));
            await begun.Task;
        }

        gate.SetResult();

        Assert.That(() => _reaper.Devices, Is.EqualTo(new[] { (42, "cali0123456789a") }).After(2000, 5));
    }

    [Test]
    public async Task A_stale_socket_file_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_options.SocketPath)!);
        LeaveStaleSocket();
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));

        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
    }

    [Test]
    public async Task A_socket_on_which_another_agent_listens_is_left_alone()
    {
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));
        var second = new AgentServer(_options, Nothing, _reaper, NullLogger.Instance);

        Assert.That(
            async () => await second.RunAsync(null, _stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains("another calico-agent").And.Message.Contains(_options.SocketPath));
        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
    }

    [Test]
    public void A_file_that_is_no_socket_is_not_deleted()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_options.SocketPath)!);
        File.WriteAllText(_options.SocketPath, "precious");

        Assert.That(
            async () => await new AgentServer(_options, Nothing, _reaper, NullLogger.Instance).RunAsync(null, _stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains(_options.SocketPath));
        Assert.That(File.ReadAllText(_options.SocketPath), Is.EqualTo("precious"));
    }

    [Test]
    public void A_path_that_is_too_long_is_told()
    {
        _options = _options with { SocketPath = Path.Combine(_directory, new string('x', 120)) };

        Assert.That(
            async () => await new AgentServer(_options, Nothing, _reaper, NullLogger.Instance).RunAsync(null, _stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains("107"));
    }

    [TestCase(0u)]
    [TestCase(uint.MaxValue)]
    [TestCase(0x20544547u)]
    public async Task A_length_that_cannot_be_is_answered_and_the_connection_closed(uint length)
    {
        await StartAsync(Nothing);
        using var socket = await ConnectAsync();
        var header = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        await SendAsync(socket, header);

        await AssertRefusedAsync(socket, CniErrorCode.DecodingFailure);
    }

    [TestCase("not json", CniErrorCode.DecodingFailure)]
    [TestCase("""{"version":1,"command":5}""", CniErrorCode.DecodingFailure)]
    [TestCase("""{"version":1,"command":"JUMP"}""", CniErrorCode.InvalidEnvironment)]
    [TestCase("""{"version":2,"anything":[]}""", CniErrorCode.IncompatibleVersion)]
    public async Task A_message_that_cannot_be_read_is_answered_and_the_connection_closed(string payload, CniErrorCode code)
    {
        await StartAsync(Nothing);
        using var socket = await ConnectAsync();
        await SendAsync(socket, Frame(Encoding.UTF8.GetBytes(payload)));

        await AssertRefusedAsync(socket, code);
    }

    [Test]
    public async Task A_message_cut_short_is_no_harm_to_others()
    {
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));
        using (var socket = await ConnectAsync())
        {
            await SendAsync(socket, Frame(new byte[100])[..50]);
        }

        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
    }

    [Test]
    public async Task A_caller_that_is_too_slow_is_cut_off_and_others_are_served_meanwhile()
    {
        _options = _options with { ReadDeadline = TimeSpan.FromMilliseconds(200) };
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));
        using var slow = await ConnectAsync();
        await SendAsync(slow, [1]);

        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
        Assert.That(await slow.ReceiveAsync(new byte[1]), Is.Zero);
    }

    [Test]
    public async Task A_large_conf_passes()
    {
        var conf = Encoding.UTF8.GetBytes("{\"name\":\"" + new string('x', 1_000_000) + "\"}");
        var length = 0;
        await StartAsync((request, _) =>
        {
            length = request.Conf.Length;
            return Task.FromResult<CniResult?>(null);
        });
        await AskAsync(new AgentRequest(Request("a1").Plugin with { Conf = conf }));

        Assert.That(length, Is.EqualTo(conf.Length));
    }

    [Test]
    public async Task Stopping_lets_the_request_under_way_end_and_takes_no_other()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await StartAsync(async (request, _) =>
        {
            begun.SetResult();
            await gate.Task;
            return ResultOf(request);
        });
        using var idle = await ConnectAsync();
        var asked = AskAsync(Request("a1"));
        await begun.Task;
        await _stop.CancelAsync();

        Assert.That(() => File.Exists(_options.SocketPath), Is.False.After(2000, 5));
        Assert.That(ConnectAsync, Throws.InstanceOf<SocketException>());
        Assert.That(await idle.ReceiveAsync(new byte[1]), Is.Zero);
        gate.SetResult();
        Assert.That((await asked).Result, Is.Not.Null);
        await _running;
    }

    [Test]
    public async Task Stopping_cuts_off_what_does_not_end()
    {
        _options = _options with { DrainDeadline = TimeSpan.FromMilliseconds(50) };
        var begun = new TaskCompletionSource();
        await StartAsync(async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        var asked = AskAsync(Request("a1"));
        await begun.Task;
        await StopAsync();

        Assert.That((await asked).Error!.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
    }

    private static Task<CniResult?> Nothing(PluginRequest request, CancellationToken cancellationToken) => Task.FromResult<CniResult?>(null);

    private static CniResult ResultOf(PluginRequest request) => new()
    {
        Interfaces = [new CniInterface($"cali-{request.ContainerId}")],
        Ips = [new CniIp(InterfaceAddress.Parse("10.0.0.1/32"), Interface: 0)],
    };

    private static AgentRequest Request(string container, CniCommand command = CniCommand.Add) =>
        new(new PluginRequest(command, container, "/run/netns/x", "eth0", "", "/opt/cni/bin", Conf));

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static byte[] Frame(byte[] payload)
    {
        var frame = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        payload.CopyTo(frame, 4);
        return frame;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    private static async Task<AgentReply> ReadReplyAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: false);
        var header = new byte[AgentWire.HeaderSize];
        await stream.ReadExactlyAsync(header);
        var payload = new byte[AgentWire.ReadLength(header)];
        await stream.ReadExactlyAsync(payload);
        return AgentWire.ReadReply(payload);
    }

    private static async Task AssertRefusedAsync(Socket socket, CniErrorCode code)
    {
        var reply = await ReadReplyAsync(socket);

        Assert.That(reply.Error!.Code, Is.EqualTo(code));
        Assert.That(await socket.ReceiveAsync(new byte[1]), Is.Zero);
    }

    private async Task StartAsync(Func<PluginRequest, CancellationToken, Task<CniResult?>> handle)
    {
        var listening = new TaskCompletionSource();
        _running = new AgentServer(_options, handle, _reaper, NullLogger.Instance).RunAsync(listening.SetResult, _stop.Token);
        await Task.WhenAny(_running, listening.Task);
        if (_running.IsFaulted)
        {
            await _running;
        }
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_options.SocketPath));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<AgentReply> AskAsync(AgentRequest request)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, AgentWire.WriteRequest(request));
        return await ReadReplyAsync(socket);
    }

    /// <summary>What a killed agent leaves: the name stays, as renaming keeps .NET from deleting it.</summary>
    private void LeaveStaleSocket()
    {
        var path = _options.SocketPath;
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path + ".1"));
            socket.Listen();
            File.Move(path + ".1", path);
        }

        Assert.That(File.Exists(path), Is.True);
    }

    private sealed class ReaperLog : IDeviceReaper
    {
        private readonly ConcurrentQueue<(int IfIndex, string Name)> _devices = new();

        public IEnumerable<(int IfIndex, string Name)> Devices => _devices;

        public void Reap(int ifIndex, string name) => _devices.Enqueue((ifIndex, name));
    }
}
