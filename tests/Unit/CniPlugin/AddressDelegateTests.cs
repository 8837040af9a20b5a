using System.Net.Sockets;
using Calico.Cni.Plugin;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniPlugin;

/// <summary>The way to the agent over a real socket, and to an executable that is a shell script.</summary>
internal sealed class AddressDelegateTests
{
    private string _directory = "";

    private string SocketPath => Path.Combine(_directory, "agent.sock");

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("calico-test-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task The_agents_answer_is_taken()
    {
        using var agent = Serve(_ => AgentWire.WriteReply(new AgentReply(Calls.Granted, null)), out var seen);

        var answer = Ask(CniCommand.Add, 7);

        Assert.Multiple(() =>
        {
            Assert.That(answer.ByAgent, Is.True);
            Assert.That(answer.Result!.Ips, Is.EqualTo(Calls.Granted.Ips));
        });
        Assert.That((await seen).HostIfIndex, Is.EqualTo(7));
    }

    [Test]
    public void The_agents_error_is_told_unchanged_and_no_executable_is_tried()
    {
        WritePlugin("exit 1");
        using var agent = Serve(_ => AgentWire.WriteReply(new AgentReply(null, new CniException(CniErrorCode.TryAgainLater, "pool full", "add one"))), out _);

        Assert.That(() => Ask(CniCommand.Add), Throws.TypeOf<CniException>().With.Message.EqualTo("pool full").And.Property("Details").EqualTo("add one"));
    }

    [Test]
    public void An_agent_that_ends_before_its_reply_is_replaced_by_the_executable()
    {
        WritePlugin("""echo '{"cniVersion":"1.1.0","ips":[{"address":"10.0.0.9/32"}]}'""");
        using var agent = Serve(_ => [], out _);

        var answer = Ask(CniCommand.Add);

        Assert.Multiple(() =>
        {
            Assert.That(answer.ByAgent, Is.False);
            Assert.That(answer.Result!.Ips.Single().Address.ToString(), Is.EqualTo("10.0.0.9/32"));
        });
    }

    [Test]
    public void An_agent_of_another_version_is_replaced_by_the_executable()
    {
        WritePlugin("exit 0");
        using var agent = Serve(_ => AgentWire.WriteReply(new AgentReply(null, new CniException(CniErrorCode.IncompatibleVersion, "I speak 2"))), out _);

        Assert.That(Ask(CniCommand.Del).ByAgent, Is.False);
    }

    [Test]
    public void The_executable_gets_the_call_as_the_runtime_made_it()
    {
        WritePlugin($"(env | grep ^CNI_ | sort; echo \"$KEPT\"; cat) > {_directory}/seen");

        Ask(CniCommand.Del);

        var conf = System.Text.Encoding.UTF8.GetString(Calls.Make(CniCommand.Del).Request.Conf.Span);
        Assert.That(File.ReadAllText(Path.Combine(_directory, "seen")), Is.EqualTo(
            $"CNI_ARGS=\nCNI_COMMAND=DEL\nCNI_CONTAINERID={Calls.Container}\nCNI_IFNAME=eth0\nCNI_NETNS={Calls.NetNs}\nCNI_PATH={_directory}\nyes\n{conf}"));
    }

    [Test]
    public void The_executables_error_object_is_told_unchanged()
    {
        WritePlugin("""echo '{"cniVersion":"1.1.0","code":11,"msg":"pool full"}'; exit 1""");

        Assert.That(() => Ask(CniCommand.Add), Throws.TypeOf<CniException>().With.Message.EqualTo("pool full").And.Property("Code").EqualTo(CniErrorCode.TryAgainLater));
    }

    [Test]
    public void An_executable_that_crashes_is_quoted()
    {
        WritePlugin("echo 'segmentation fault' >&2; exit 139");

        Assert.That(
            () => Ask(CniCommand.Add),
            Throws.TypeOf<CniException>().With.Message.Contains("calico-ipam").And.Message.Contains("139").And.Property("Details").EqualTo("segmentation fault"));
    }

    [Test]
    public void Neither_agent_nor_executable_is_told_with_both_places() =>
        Assert.That(
            () => Ask(CniCommand.Add),
            Throws.TypeOf<CniException>().With.Message.Contains(SocketPath).And.Message.Contains(_directory).And.Property("Code").EqualTo(CniErrorCode.TryAgainLater));

    [Test]
    public void What_is_to_be_done_meanwhile_is_done_before_the_agent_answers()
    {
        using var asked = new ManualResetEventSlim();
        using var agent = Serve(_ => asked.Wait(TimeSpan.FromSeconds(20)) ? AgentWire.WriteReply(new AgentReply(Calls.Granted, null)) : [], out _);

        Assert.That(Ask(CniCommand.Add, meanwhile: Meanwhile).ByAgent, Is.True);

        void Meanwhile(bool byAgent)
        {
            Assert.That(byAgent);
            asked.Set();
        }
    }

    [Test]
    public void What_is_to_be_done_meanwhile_is_done_while_the_executable_runs()
    {
        var mark = Path.Combine(_directory, "mark");
        WritePlugin($$"""while [ ! -e {{mark}} ]; do sleep 0.01; done; echo '{"cniVersion":"1.1.0","ips":[{"address":"10.0.0.9/32"}]}'""");

        Assert.That(Ask(CniCommand.Add, meanwhile: Meanwhile).ByAgent, Is.False);

        void Meanwhile(bool byAgent)
        {
            Assert.That(byAgent, Is.False);
            File.WriteAllText(mark, "");
        }
    }

    private DelegateAnswer Ask(CniCommand command, int hostIfIndex = 0, Action<bool>? meanwhile = null)
    {
        var addresses = new AddressDelegate(
            new AgentClient(SocketPath),
            new PluginInvoker(new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["KEPT"] = "yes", ["CNI_COMMAND"] = "ADD" }),
            "calico-ipam",
            CniLog.None);
        return addresses.Ask(Calls.Make(command).Request with { Path = _directory }, hostIfIndex, meanwhile);
    }

    private void WritePlugin(string script)
    {
        var path = Path.Combine(_directory, "calico-ipam");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Answers one request; an empty answer ends the connection instead.</summary>
    private Socket Serve(Func<AgentRequest, byte[]> answer, out Task<AgentRequest> seen)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        seen = Task.Run(() =>
        {
            using var connection = listener.Accept();
            using var stream = new NetworkStream(connection);
            var header = new byte[AgentWire.HeaderSize];
            stream.ReadExactly(header);
            var payload = new byte[AgentWire.ReadLength(header)];
            stream.ReadExactly(payload);
            var request = AgentWire.ReadRequest(payload);
            stream.Write(answer(request));
            return request;
        });
        return listener;
    }
}
