using System.Buffers.Binary;
using System.Text;
using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class AgentWireTests
{
    private static readonly byte[] Conf = """{ "name":"net", "type":"calico", "x": [1, 2] }"""u8.ToArray();

    [Test]
    public void A_request_is_a_length_and_the_fields_of_the_call()
    {
        var frame = AgentWire.WriteRequest(new AgentRequest(new PluginRequest(CniCommand.Add, "c1", "/run/netns/a", "eth0", "K=V", "/bin", Conf), 7));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(BinaryPrimitives.ReadInt32LittleEndian(frame), Is.EqualTo(frame.Length - 4));
            Assert.That(Encoding.UTF8.GetString(frame, 4, frame.Length - 4), Is.EqualTo(
                """{"version":1,"command":"ADD","containerId":"c1","netns":"/run/netns/a","ifname":"eth0","args":"K=V","path":"/bin","hostIfIndex":7,"conf":"""
                + Encoding.UTF8.GetString(Conf) + "}"));
        }
    }

    [TestCase(CniCommand.Add, 0)]
    [TestCase(CniCommand.Del, 12)]
    [TestCase(CniCommand.Check, 0)]
    [TestCase(CniCommand.Gc, 0)]
    [TestCase(CniCommand.Status, 0)]
    public void A_request_reads_back_with_the_bytes_of_its_conf(CniCommand command, int hostIfIndex)
    {
        var read = AgentWire.ReadRequest(Payload(AgentWire.WriteRequest(
            new AgentRequest(new PluginRequest(command, "c1", "/n", "eth0", "A=B;C=\"", "/a:/b", Conf), hostIfIndex))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.HostIfIndex, Is.EqualTo(hostIfIndex));
            Assert.That(read.Plugin with { Conf = default }, Is.EqualTo(new PluginRequest(command, "c1", "/n", "eth0", "A=B;C=\"", "/a:/b", default)));
            Assert.That(read.Plugin.Conf.ToArray(), Is.EqualTo(Conf));
        }
    }

    [Test]
    public void The_question_for_readiness_names_the_attachment_and_leaves_its_conf_out()
    {
        var frame = AgentWire.WriteRequest(new AgentRequest(
            new PluginRequest(CniCommand.Add, "c1", "/n", "eth0", "K=V", "/bin", Conf), Ready: new ReadyQuestion(5_000_000_000, 10)));

        Assert.That(Encoding.UTF8.GetString(Payload(frame)), Is.EqualTo(
            """{"version":1,"command":"READY","containerId":"c1","netns":"/n","ifname":"eth0","args":"K=V","path":"/bin","revision":5000000000,"timeout":10}"""));
        var read = AgentWire.ReadRequest(Payload(frame));
        Assert.That(read.Ready, Is.EqualTo(new ReadyQuestion(5_000_000_000, 10)));
        Assert.That((read.Plugin.ContainerId, read.Plugin.IfName), Is.EqualTo(("c1", "eth0")));
    }

    [Test]
    public void A_reply_says_what_the_kernel_has_yet_to_get()
    {
        var read = AgentWire.ReadReply(Payload(AgentWire.WriteReply(new AgentReply(new CniResult(), null, 5_000_000_000))));
        Assert.That(read.PendingRevision, Is.EqualTo(5_000_000_000));
        Assert.That(Encoding.UTF8.GetString(AgentWire.WriteReply(new AgentReply(new CniResult(), null))), Does.Not.Contain("pendingRevision"));
    }

    [Test]
    public void A_conf_that_is_not_json_cannot_break_out_of_the_frame() =>
        Refused(
            () => AgentWire.WriteRequest(new AgentRequest(new PluginRequest(CniCommand.Add, "c", "n", "e", "", "", """{},"command":"GC" """u8.ToArray()))),
            CniErrorCode.DecodingFailure);

    [Test]
    public void A_message_above_the_limit_is_not_written()
    {
        var conf = Encoding.UTF8.GetBytes("\"" + new string('x', AgentWire.MaxFrame) + "\"");

        Refused(() => AgentWire.WriteRequest(new AgentRequest(new PluginRequest(CniCommand.Add, "c", "n", "e", "", "", conf))), CniErrorCode.DecodingFailure);
    }

    [Test]
    public void A_reply_with_a_result_reads_back()
    {
        var result = new CniResult
        {
            Interfaces = [new CniInterface("cali1", "ee:ee:ee:ee:ee:ee"), new CniInterface("eth0", "02:00:00:00:00:01")],
            Ips = [new CniIp(InterfaceAddress.Parse("10.0.0.1/32"), Interface: 1)],
        };

        var read = AgentWire.ReadReply(Payload(AgentWire.WriteReply(new AgentReply(result, null))));

        Assert.That((read.Error, read.Result!.Interfaces.Count, read.Result.Ips.Single()), Is.EqualTo(((CniException?)null, 2, result.Ips[0])));
    }

    [Test]
    public void A_reply_with_an_error_reads_back()
    {
        var read = AgentWire.ReadReply(Payload(AgentWire.WriteReply(new AgentReply(null, new CniException(CniErrorCode.TryAgainLater, "m", "d")))));

        Assert.That((read.Result, read.Error!.Code, read.Error.Message, read.Error.Details), Is.EqualTo(((CniResult?)null, CniErrorCode.TryAgainLater, "m", "d")));
    }

    [Test]
    public void A_bare_success_is_a_version_alone()
    {
        var frame = AgentWire.WriteReply(new AgentReply(null, null));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.UTF8.GetString(Payload(frame)), Is.EqualTo("""{"version":1}"""));
            Assert.That(AgentWire.ReadReply(Payload(frame)), Is.EqualTo(new AgentReply(null, null)));
        }
    }

    [TestCase("""{"version":2,"command":{"verb":"ADD"}}""")]
    [TestCase("""{"version":0}""")]
    [TestCase("""{"command":"ADD","version":1}""")]
    [TestCase("{}")]
    public void Another_version_is_known_before_anything_else_is_read(string json)
    {
        using (Assert.EnterMultipleScope())
        {
            Refused(() => AgentWire.ReadRequest(Encoding.UTF8.GetBytes(json)), CniErrorCode.IncompatibleVersion);
            Refused(() => AgentWire.ReadReply(Encoding.UTF8.GetBytes(json)), CniErrorCode.IncompatibleVersion);
        }
    }

    [TestCase("""{"version":1}""")]
    [TestCase("""{"version":1,"command":"add"}""")]
    public void An_unknown_verb_is_refused(string json) =>
        Refused(() => AgentWire.ReadRequest(Encoding.UTF8.GetBytes(json)), CniErrorCode.InvalidEnvironment);

    [Test]
    public void Fields_to_come_are_passed_over() =>
        Assert.That(AgentWire.ReadRequest("""{"version":1,"new":{"a":[]},"command":"DEL"}"""u8).Plugin.Command, Is.EqualTo(CniCommand.Del));

    [TestCase(0u)]
    [TestCase((uint)AgentWire.MaxFrame + 1)]
    [TestCase(uint.MaxValue)]
    public void A_length_outside_the_limits_is_refused(uint length)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);

        Refused(() => AgentWire.ReadLength(header), CniErrorCode.DecodingFailure);
    }

    private static byte[] Payload(byte[] frame) => frame[AgentWire.HeaderSize..];

    private static void Refused(Action action, CniErrorCode code) =>
        Assert.That(action.Invoke, Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(code));
}
