using System.Text;
using Calico.Model.Json;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Model;

internal sealed class AsNumberTests
{
    [TestCase("64512", 64512u)]
    [TestCase("4294967295", uint.MaxValue)]
    [TestCase("1.10", 65546u)]
    [TestCase("0.64513", 64513u)]
    public void Parses_plain_and_dotted_text(string text, uint expected)
    {
        Assert.That(AsNumber.TryParse(text, out var number), Is.True);
        Assert.That(number.Value, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(null)]
    [TestCase("-1")]
    [TestCase("4294967296")]
    [TestCase("1.65536")]
    [TestCase("1.2.3")]
    [TestCase("AS64512")]
    public void Refuses_other_text(string? text) => Assert.That(AsNumber.TryParse(text, out _), Is.False);

    [TestCase("64513")]
    [TestCase("\"64513\"")]
    [TestCase("\"0.64513\"")]
    public void Reads_numbers_and_text_and_writes_a_number(string json)
    {
        var peer = ModelJson.Read<Resource<BgpPeerSpec>>(Encoding.UTF8.GetBytes($$$"""{"kind":"BGPPeer","metadata":{"name":"a"},"spec":{"asNumber":{{{json}}}}}"""));
        Assert.That(peer.Spec.AsNumber, Is.EqualTo(new AsNumber(64513)));
        Assert.That(Encoding.UTF8.GetString(ModelJson.Write(peer)), Does.Contain("\"asNumber\":64513"));
    }
}
