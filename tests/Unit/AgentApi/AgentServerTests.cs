using System.Collections.Concurrent;
using Calico.Agent.Api;
using Calico.Cni.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class AgentServerTests : AgentServerFixture
{
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

        Assert.That(File.GetUnixFileMode(Options.SocketPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That((int)File.GetUnixFileMode(Path.GetDirectoryName(Options.SocketPath)!), Is.EqualTo(Convert.ToInt32("755", 8)));
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
        Options = Options with { ServeDeadline = TimeSpan.FromMilliseconds(50) };
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
        Options = Options with { MaxConnections = 3 };
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

        Assert.That(() => Reaper.Devices, Is.EqualTo(new[] { (42, "cali0123456789a") }).After(2000, 5));
    }

    [Test]
    public async Task The_device_of_a_pod_whose_release_failed_stays()
    {
        await StartAsync((_, _) => throw new CniException(CniErrorCode.TryAgainLater, "store away"));
        await AskAsync(Request("0123456789abcdef", CniCommand.Del) with { HostIfIndex = 42 });
        await StopAsync();

        Assert.That(Reaper.Devices, Is.Empty);
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

        Assert.That(() => Reaper.Devices, Is.EqualTo(new[] { (42, "cali0123456789a") }).After(2000, 5));
    }

    [Test]
    public async Task A_stale_socket_file_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Options.SocketPath)!);
        LeaveStaleSocket();
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));

        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
    }

    [Test]
    public async Task A_socket_on_which_another_agent_listens_is_left_alone()
    {
        await StartAsync((request, _) => Task.FromResult<CniResult?>(ResultOf(request)));
        var second = new AgentServer(Options, Nothing, Reaper, NullLogger.Instance);

        Assert.That(
            async () => await second.RunAsync(null, Stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains("another calico-agent").And.Message.Contains(Options.SocketPath));
        Assert.That((await AskAsync(Request("a1"))).Result, Is.Not.Null);
    }

    [Test]
    public void A_file_that_is_no_socket_is_not_deleted()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Options.SocketPath)!);
        File.WriteAllText(Options.SocketPath, "precious");

        Assert.That(
            async () => await new AgentServer(Options, Nothing, Reaper, NullLogger.Instance).RunAsync(null, Stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains(Options.SocketPath));
        Assert.That(File.ReadAllText(Options.SocketPath), Is.EqualTo("precious"));
    }

    [Test]
    public void A_path_that_is_too_long_is_told()
    {
        Options = Options with { SocketPath = Path.Combine(Root, new string('x', 120)) };

        Assert.That(
            async () => await new AgentServer(Options, Nothing, Reaper, NullLogger.Instance).RunAsync(null, Stop.Token),
            Throws.InstanceOf<IOException>().With.Message.Contains("107"));
    }
}
