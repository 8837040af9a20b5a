using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Linux;

/// <summary>Against the real kernel, reading only: what every namespace has, and what none has.</summary>
internal sealed class RouteSocketTests
{
    private const int NoSuchIndex = 1_000_000_007;
    private RouteSocket _socket = null!;

    [SetUp]
    public void Open() => _socket = RouteSocket.Open();

    [TearDown]
    public void Close() => _socket.Dispose();

    [Test]
    public void The_loopback_device_is_found_by_name_by_index_and_in_the_dump()
    {
        var byName = _socket.FindLink(Link.Loopback)!;

        Assert.Multiple(() =>
        {
            Assert.That(byName.Name, Is.EqualTo("lo"));
            Assert.That(_socket.FindLink(byName.Index), Is.EqualTo(byName));
            Assert.That(_socket.Links(), Does.Contain(byName));
        });
    }

    [Test]
    public void What_does_not_exist_is_null()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_socket.FindLink("no-such-device"), Is.Null);
            Assert.That(_socket.FindLink("a-name-longer-than-the-kernel-takes"), Is.Null);
            Assert.That(_socket.FindLink(NoSuchIndex), Is.Null);
        });
    }

    [Test]
    public void Addresses_and_routes_of_one_device_are_a_part_of_all()
    {
        var lo = _socket.FindLink(Link.Loopback)!.Index;
        Assert.Multiple(() =>
        {
            Assert.That(_socket.Addresses(), Is.SupersetOf(_socket.Addresses(lo)));
            Assert.That(_socket.Addresses(lo).Select(a => a.IfIndex), Is.All.EqualTo(lo));
            Assert.That(_socket.Routes(IpFamily.IPv4, Route.LocalTable, lo).Select(r => r.OutIfIndex), Is.All.EqualTo(lo));
        });
    }

    [Test]
    public void A_refusal_says_what_was_attempted()
    {
        var failure = Assert.Throws<NetlinkException>(() => _socket.Execute(new ChangeLink(NoSuchIndex) { Alias = "x" }))!;

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith($"change the device with index {NoSuchIndex}: "));
            Assert.That(failure.IsNotFound || failure.IsNotPermitted, Is.True);
        });
    }
}
