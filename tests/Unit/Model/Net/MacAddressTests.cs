using Calico.Model.Net;

namespace Calico.Tests.Unit.Model.Net;

internal sealed class MacAddressTests
{
    [TestCase("ca:fe:1d:52:bb:e9", "ca:fe:1d:52:bb:e9")]
    [TestCase("CA-FE-1D-52-BB-E9", "ca:fe:1d:52:bb:e9")]
    [TestCase("00:00:00:00:00:01", "00:00:00:00:00:01")]
    public void Parses_and_writes_lower_case_with_colons(string text, string canonical)
    {
        var mac = MacAddress.Parse(text);
        Assert.That(mac.ToString(), Is.EqualTo(canonical));
        Assert.That(new MacAddress(mac.ToBytes()), Is.EqualTo(mac));
    }

    [TestCase("")]
    [TestCase("ca:fe:1d:52:bb")]
    [TestCase("ca:fe:1d:52:bb:e9:00")]
    [TestCase("ca:fe:1d:52:bb:g9")]
    [TestCase("ca.fe.1d.52.bb.e9")]
    [TestCase("ca:fe:1d:52:bb: 9")]
    [TestCase("+a:fe:1d:52:bb:e9")]
    public void Refuses_other_text(string text)
    {
        Assert.That(MacAddress.TryParse(text, out _), Is.False);
        Assert.That(() => MacAddress.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains($"'{text}'"));
    }

    [TestCase("ee:ee:ee:ee:ee:ee", "fe80::ecee:eeff:feee:eeee")]
    [TestCase("00:25:96:12:34:56", "fe80::225:96ff:fe12:3456")]
    public void Makes_the_link_local_address_of_modified_EUI_64(string mac, string address) =>
        Assert.That(MacAddress.Parse(mac).ToLinkLocal().ToString(), Is.EqualTo(address));

    [Test]
    public void The_host_side_is_the_one_that_proxy_ARP_answers_with() =>
        Assert.That(MacAddress.HostSide.ToString(), Is.EqualTo("ee:ee:ee:ee:ee:ee"));

    [Test]
    public void Has_six_octets() => Assert.That(() => new MacAddress(new byte[5]), Throws.ArgumentException);
}
