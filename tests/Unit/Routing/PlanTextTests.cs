using Calico.Agent.Routing.Plan;
using Calico.Model;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Routing;

internal sealed class PlanTextTests
{
    [TestCase("2m0s", 120)]
    [TestCase("120s", 120)]
    [TestCase("1h1m1s", 3661)]
    [TestCase("1500ms", 1.5)]
    [TestCase("1.5s", 1.5)]
    [TestCase("0", 0)]
    public void A_duration_is_read_as_Go_writes_it(string text, double seconds)
    {
        Assert.That(GoDuration.TryParse(text, out var duration));
        Assert.That(duration.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("")]
    [TestCase("120")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1s ")]
    [TestCase("1..2s")]
    [TestCase("99999999999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.That(GoDuration.TryParse(text, out _), Is.False);

    [TestCase("10.0.0.1", "10.0.0.1", null)]
    [TestCase("10.0.0.1:1790", "10.0.0.1", 1790)]
    [TestCase("fd00::1", "fd00::1", null)]
    [TestCase("[fd00::1]:1790", "fd00::1", 1790)]
    public void A_peer_is_an_address_and_perhaps_a_port(string text, string address, int? port)
    {
        Assert.That(PeerAddress.TryParse(text, out var peer));
        Assert.That(peer, Is.EqualTo(new PeerAddress(IpAddress.Parse(address), port)));
    }

    [TestCase("")]
    [TestCase("tor-1")]
    [TestCase("10.0.0.1:")]
    [TestCase("10.0.0.1:0")]
    [TestCase("10.0.0.1:65536")]
    [TestCase("[10.0.0.1]:179")]
    [TestCase("[fd00::1]")]
    [TestCase("10.0.0.0/24")]
    public void What_is_no_peer_is_refused(string text) => Assert.That(PeerAddress.TryParse(text, out _), Is.False);

    [TestCase("172.18.0.2", "172.18.0.10", false)]
    [TestCase("172.18.0.10", "172.18.0.2", true)]
    public void Exactly_one_of_two_nodes_waits(string own, string peer, bool waits)
    {
        Assert.That(SessionPlanner.WaitsFor(IpAddress.Parse(own), IpAddress.Parse(peer)), Is.EqualTo(waits));
        Assert.That(SessionPlanner.WaitsFor(IpAddress.Parse(peer), IpAddress.Parse(own)), Is.EqualTo(!waits));
    }

    [Test]
    public void The_longest_name_fits_BIRDs_symbols() =>
        Assert.That(SymbolName.Of("Global", IpAddress.Parse("fd00:1111:2222:3333:4444:5555:6666:7777"), 65535), Has.Length.LessThanOrEqualTo(64));
}
