using System.Text;
using Calico.Cni.Protocol;
using Calico.Model.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.CniProtocol;

/// <summary>Whatever bytes come, the readers either understand them or say so with a CNI error.</summary>
internal sealed class ProtocolProperties
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"name\"", "\"net\"", "\"type\"", "\"calico\"", "\"version\"", "1", "-1", "1e9", "true", "null", "\"ipam\"",
        "\"prevResult\"", "\"ips\"", "\"address\"", "\"10.0.0.1/32\"", "\"interface\"", "\"interfaces\"", "\"conf\"", "\"command\"", "\"ADD\"",
        "\"result\"", "\"error\"", "\"code\"", "\"cni.dev/valid-attachments\"", "\"\\ud800\"", "\"\u00e9\"", "\"", "\\", " ",
    ];

    private static readonly Gen<string> Json = Gen.Sized(size => Value(size / 10));

    [Test]
    public void Random_bytes_never_crash_a_reader() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), OnlyCniErrors).QuickCheckThrowOnFailure();

    [Test]
    public void Scrambled_json_never_crashes_a_reader() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().ToArbitrary(), pieces => OnlyCniErrors(Encoding.UTF8.GetBytes(string.Concat(pieces))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void Valid_json_of_any_shape_never_crashes_a_reader() =>
        Prop.ForAll(Json.ToArbitrary(), json => OnlyCniErrors(Encoding.UTF8.GetBytes(json)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void Any_text_survives_the_wire() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), texts =>
        {
            var t = texts.Select(Clean).Concat(["", "", "", "", ""]).ToArray();
            var request = new AgentRequest(new PluginRequest(CniCommand.Check, t[0], t[1], t[2], t[3], t[4], default), 3);
            return AgentWire.ReadRequest(AgentWire.WriteRequest(request).AsSpan(AgentWire.HeaderSize)) == request;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Any_error_survives_the_wire() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<PositiveInt>(), (text, code) =>
        {
            var error = new CniException((CniErrorCode)code.Get, Clean(text), Clean(text));
            var read = AgentWire.ReadReply(AgentWire.WriteReply(new AgentReply(null, error)).AsSpan(AgentWire.HeaderSize)).Error!;
            return (read.Code, read.Message, read.Details) == (error.Code, error.Message, error.Details);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Any_address_survives_every_version() =>
        Prop.ForAll(Address().ListOf().ToArbitrary(), Gen.Elements(CniVersion.Supported.ToArray()).ToArbitrary(), (addresses, version) =>
        {
            var result = new CniResult { Ips = [.. addresses.Select(a => new CniIp(a))] };
            return CniResultReader.Read(CniResultWriter.Write(result, version)).Ips.SequenceEqual(result.Ips);
        }).QuickCheckThrowOnFailure();

    private static bool OnlyCniErrors(byte[] bytes)
    {
        Try(() => NetConf.Parse(bytes));
        Try(() => CniResultReader.Read(bytes));
        Try(() => CniErrorReader.Read(bytes));
        Try(() => AgentWire.ReadRequest(bytes));
        Try(() => AgentWire.ReadReply(bytes));
        Try(() => CniArguments.Parse(Encoding.UTF8.GetString(bytes)));
        return true;
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (CniException e)
        {
            Assert.That(e.Message, Is.Not.Empty);
        }
    }

    /// <summary>A lone surrogate is no text, and UTF-8 has no place for it.</summary>
    private static string Clean(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    private static Gen<InterfaceAddress> Address() =>
        from bytes in Gen.Elements(4, 16).SelectMany(size => Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(size))
        let address = IpAddress.FromBytes(bytes)
        from prefix in Gen.Choose(0, address.Family.Bits())
        where address.Family == IpFamily.IPv4 || address.Value >> 32 != 0xffff
        select new InterfaceAddress(address, prefix);

    private static Gen<string> Value(int depth)
    {
        var leaf = Gen.Elements("null", "true", "0", "-7", "1.5", "\"\"", "\"10.0.0.1/32\"", "\"1.1.0\"", "\"true\"", "\"ADD\"");
        if (depth <= 0)
        {
            return leaf;
        }

        var name = Gen.Elements(
            "version", "command", "conf", "result", "error", "code", "msg", "name", "type", "ipam", "prevResult", "ips", "address", "gateway",
            "interface", "interfaces", "routes", "dst", "dns", "search", "cniVersion", "mtu", "assign_ipv4", "ipv4_pools", "x");
        var array = Value(depth - 1).ListOf().Select(items => $"[{string.Join(',', items)}]");
        var fields = Gen.Zip(name, Value(depth - 1)).Select(f => $"\"{f.Item1}\":{f.Item2}").ListOf().Select(f => $"{{{string.Join(',', f)}}}");
        return Gen.Frequency((1, leaf), (1, array), (3, fields));
    }
}
