using Calico.Model.Net;

namespace Calico.Tests.Unit.Model.Net;

internal sealed class CidrTests
{
    [TestCase("10.65.3.7/16", "10.65.0.0/16", "10.65.255.255", "65536")]
    [TestCase("10.65.3.7", "10.65.3.7/32", "10.65.3.7", "1")]
    [TestCase("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", "4294967296")]
    [TestCase("fd80:24e2::1/122", "fd80:24e2::/122", "fd80:24e2::3f", "64")]
    [TestCase("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "340282366920938463463374607431768211455")]
    public void Masks_host_bits_and_knows_its_bounds(string text, string canonical, string last, string size)
    {
        var cidr = Cidr.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(cidr.ToString(), Is.EqualTo(canonical));
            Assert.That(cidr.Last.ToString(), Is.EqualTo(last));
            Assert.That(cidr.Size, Is.EqualTo(UInt128.Parse(size, null)));
        });
    }

    [TestCase("10.0.0.0/33")]
    [TestCase("10.0.0.0/-1")]
    [TestCase("10.0.0.0/ 8")]
    [TestCase("10.0.0.0/")]
    [TestCase("fd00::/129")]
    [TestCase("fd00::/12/8")]
    [TestCase("/8")]
    [TestCase("")]
    public void Refuses_what_is_not_a_range(string text) => Assert.That(Cidr.TryParse(text, out _), Is.False);

    [TestCase("10.0.0.0/8", "10.255.0.0/16", true, true)]
    [TestCase("10.255.0.0/16", "10.0.0.0/8", false, true)]
    [TestCase("10.0.0.0/9", "10.128.0.0/9", false, false)]
    [TestCase("0.0.0.0/0", "::/0", false, false)]
    [TestCase("::/0", "fd00::/8", true, true)]
    public void Knows_what_it_contains_and_overlaps(string left, string right, bool contains, bool overlaps)
    {
        Assert.That(Cidr.Parse(left).Contains(Cidr.Parse(right)), Is.EqualTo(contains));
        Assert.That(Cidr.Parse(left).Overlaps(Cidr.Parse(right)), Is.EqualTo(overlaps));
    }

    [TestCase("10.65.174.128/26", 63, "10.65.174.191")]
    [TestCase("fd80::ae80/122", 0, "fd80::ae80")]
    public void Counts_addresses_by_ordinal(string text, int ordinal, string expected)
    {
        var cidr = Cidr.Parse(text);
        var address = cidr[(UInt128)ordinal];
        Assert.That(address.ToString(), Is.EqualTo(expected));
        Assert.That(cidr.OrdinalOf(address), Is.EqualTo((UInt128)ordinal));
        Assert.That(() => cidr.OrdinalOf(cidr.Last.Add(1)), Throws.ArgumentException);
    }

    [TestCase("10.65.174.128/26", "10.65.174.128-26")]
    [TestCase("fd80::ae80/122", "fd80::ae80-122")]
    public void The_spelling_in_keys_parses_back(string text, string key)
    {
        Assert.That(Cidr.Parse(text).ToKeyText(), Is.EqualTo(key));
        Assert.That(Cidr.TryParseKeyText(key, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(Cidr.Parse(text)));
    }

    [TestCase("10.65.174.128")]
    [TestCase("-26")]
    [TestCase("10.65.174.128-99")]
    public void Refuses_other_spellings_in_keys(string key) => Assert.That(Cidr.TryParseKeyText(key, out _), Is.False);

    [TestCase(-1)]
    [TestCase(33)]
    public void The_prefix_lies_within_the_family(int prefix) =>
        Assert.That(() => new Cidr(IpAddress.Parse("10.0.0.0"), prefix), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void An_interface_address_keeps_the_host_bits()
    {
        var address = InterfaceAddress.Parse("172.18.203.31/24");
        Assert.That(address.ToString(), Is.EqualTo("172.18.203.31/24"));
        Assert.That(address.Network, Is.EqualTo(Cidr.Parse("172.18.203.0/24")));
        Assert.That(InterfaceAddress.Parse("fd00::1").PrefixLength, Is.EqualTo(128));
        Assert.That(InterfaceAddress.TryParse("172.18.203.31/33", out _), Is.False);
        Assert.That(() => InterfaceAddress.Parse("host"), Throws.TypeOf<FormatException>().With.Message.Contains("'host'"));
    }
}
