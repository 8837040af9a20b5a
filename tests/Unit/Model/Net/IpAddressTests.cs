using System.Net;
using Calico.Model.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Model.Net;

internal sealed class IpAddressTests
{
    [TestCase("10.65.0.1", "10.65.0.1", IpFamily.IPv4)]
    [TestCase("0.0.0.0", "0.0.0.0", IpFamily.IPv4)]
    [TestCase("255.255.255.255", "255.255.255.255", IpFamily.IPv4)]
    [TestCase("FD80:0:0:0:0:0:0:1", "fd80::1", IpFamily.IPv6)]
    [TestCase("::", "::", IpFamily.IPv6)]
    [TestCase("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", IpFamily.IPv6)]
    [TestCase("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", IpFamily.IPv6)]
    [TestCase("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", IpFamily.IPv6)]
    [TestCase("1::", "1::", IpFamily.IPv6)]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1", IpFamily.IPv4)]
    [TestCase("::10.0.0.1", "::a00:1", IpFamily.IPv6)]
    [TestCase("fd00::5efe:10.0.0.1", "fd00::5efe:a00:1", IpFamily.IPv6)]
    public void Parses_and_writes_canonical_text(string text, string canonical, IpFamily family)
    {
        var address = IpAddress.Parse(text);
        Assert.That(address.ToString(), Is.EqualTo(canonical));
        Assert.That(address.Family, Is.EqualTo(family));
        Assert.That(IpAddress.Parse(canonical), Is.EqualTo(address));
    }

    [TestCase("")]
    [TestCase("10.1")]
    [TestCase("167772161")]
    [TestCase("0x0a000001")]
    [TestCase("010.0.0.1")]
    [TestCase("10.0.0.256")]
    [TestCase("10.0.0.1.")]
    [TestCase(" 10.0.0.1")]
    [TestCase("10.0.0.1/32")]
    [TestCase("fe80::1%eth0")]
    [TestCase("[::1]")]
    [TestCase("::1/64")]
    [TestCase("[::1]:80")]
    [TestCase("1:2:3")]
    [TestCase(":::")]
    [TestCase(null)]
    public void Refuses_what_is_not_one_address(string? text)
    {
        Assert.That(IpAddress.TryParse(text, out _), Is.False);
        Assert.That(() => IpAddress.Parse(text!), Throws.TypeOf<FormatException>().With.Message.Contains($"'{text}'"));
    }

    [Test]
    public void Text_and_bytes_agree_with_the_framework() =>
        Prop.ForAll(Addresses.ToArbitrary(), address =>
        {
            var theirs = new IPAddress(address.ToBytes());
            return IPAddress.Parse(address.ToString()).Equals(theirs)
                && IpAddress.From(theirs) == address
                && IpAddress.Parse(address.ToString()) == address;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Adding_wraps_inside_the_family()
    {
        Assert.That(IpAddress.Parse("10.0.0.255").Add(1).ToString(), Is.EqualTo("10.0.1.0"));
        Assert.That(IpAddress.Parse("255.255.255.255").Add(1).ToString(), Is.EqualTo("0.0.0.0"));
        Assert.That(IpAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").Add(2).ToString(), Is.EqualTo("::1"));
    }

    [Test]
    public void Sorts_by_family_then_by_number()
    {
        string[] sorted = ["9.0.0.1", "10.0.0.1", "255.0.0.0", "::1", "fd00::1"];
        Assert.That(sorted.Reverse().Select(IpAddress.Parse).Order().Select(a => a.ToString()), Is.EqualTo(sorted));
    }

    [Test]
    public void Formatting_into_too_little_room_fails()
    {
        Assert.That(IpAddress.Parse("10.0.0.1").TryFormat(new char[7], out _, default, null), Is.False);
        Assert.That(IpAddress.Parse("fd00::1").TryFormat(new char[6], out _, default, null), Is.False);
    }

    [Test]
    public void An_IPv4_number_has_32_bits() =>
        Assert.That(() => new IpAddress(IpFamily.IPv4, (UInt128)uint.MaxValue + 1), Throws.TypeOf<ArgumentOutOfRangeException>());

    // Zero groups are frequent, as in life; and IPv4-mapped ones are IPv4, so they are left out.
    private static Gen<IpAddress> Addresses =>
        Gen.OneOf(
            Gen.Choose(int.MinValue, int.MaxValue).Select(number => new IpAddress(IpFamily.IPv4, (uint)number)),
            Gen.Elements(0, 0, 1, 0x5efe, 0xffff, 0xfd80).ListOf(8)
                .Select(groups => new IpAddress(IpFamily.IPv6, groups.Aggregate(UInt128.Zero, (value, group) => (value << 16) | (UInt128)group)))
                .Where(address => address.Value >> 32 != 0xffff));
}
