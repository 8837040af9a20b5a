using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.AgentApi;

/// <summary>What arrives broken, late or while the server stops.</summary>
internal sealed class AgentServerMisuseTests : AgentServerFixture
{
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
        Options = Options with { ReadDeadline = TimeSpan.FromMilliseconds(200) };
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
        await Stop.CancelAsync();

        Assert.That(() => File.Exists(Options.SocketPath), Is.False.After(2000, 5));
        Assert.That(ConnectAsync, Throws.InstanceOf<SocketException>());
        Assert.That(await idle.ReceiveAsync(new byte[1]), Is.Zero);
        gate.SetResult();
        Assert.That((await asked).Result, Is.Not.Null);
        await Running;
    }

    [Test]
    public async Task Stopping_cuts_off_what_does_not_end()
    {
        Options = Options with { DrainDeadline = TimeSpan.FromMilliseconds(50) };
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
}
