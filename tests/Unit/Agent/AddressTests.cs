using Calico.Agent.Host;
using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Model.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent;

internal sealed class AddressTests
{
    private static readonly HostInterface[] Host =
    [
        new("lo", true, 65536, [InterfaceAddress.Parse("10.9.9.9/32")], []),
        new("docker0", true, 1500, [InterfaceAddress.Parse("172.17.0.1/16")], []),
        new("eth0", true, 1500, [InterfaceAddress.Parse("10.0.0.5/24")], []),
        new("eth1", true, 9000, [InterfaceAddress.Parse("192.0.2.5/24"), InterfaceAddress.Parse("fd00::5/64")], [IpFamily.IPv4]),
        new("eth2", false, 1400, [InterfaceAddress.Parse("198.51.100.5/24")], []),
    ];

    [TestCase("default-route", "192.0.2.5/24")]
    [TestCase("first-found", "10.0.0.5/24")]
    [TestCase("interface=eth1", "192.0.2.5/24")]
    [TestCase("interface=eth[0-9]", "10.0.0.5/24")]
    [TestCase("interface=docker0", "172.17.0.1/16")]
    [TestCase("interface=nothing,eth1", "192.0.2.5/24")]
    [TestCase("interface=eth2", null)]
    [TestCase("interface=eth", null)]
    [TestCase("skip-interface=eth0", "192.0.2.5/24")]
    [TestCase("skip-interface=eth.*", null)]
    [TestCase("cidr=192.0.2.0/24", "192.0.2.5/24")]
    [TestCase("cidr=203.0.113.0/24,10.0.0.0/8", "10.9.9.9/32")]
    [TestCase("can-reach=203.0.113.1", "10.0.0.5/24")]
    [TestCase("can-reach=unknown", null)]
    public void Detects(string method, string? expected) =>
        Assert.That(Rank(method) is [var first, ..] ? first.Address.ToString() : null, Is.EqualTo(expected));

    [Test]
    public void A_stored_address_that_the_host_still_has_is_kept() =>
        Assert.That(Decide(Choice(), InterfaceAddress.Parse("10.0.0.5/24")), Is.EqualTo(InterfaceAddress.Parse("10.0.0.5/24")));

    [Test]
    public void A_stored_address_that_the_host_has_lost_is_replaced() =>
        Assert.That(Decide(Choice(), InterfaceAddress.Parse("10.0.0.77/24")), Is.EqualTo(InterfaceAddress.Parse("192.0.2.5/24")));

    [Test]
    public void An_address_given_without_prefix_gets_that_of_its_interface() =>
        Assert.That(Decide(Choice("10.0.0.5"), InterfaceAddress.Parse("192.0.2.5/24")), Is.EqualTo(InterfaceAddress.Parse("10.0.0.5/24")));

    [Test]
    public void No_address_at_all_says_what_to_set() =>
        Assert.That(() => Decide(Choice(method: "interface=nothing"), null), Throws.TypeOf<StartupException>().With.Message.Contains("IP_AUTODETECTION_METHOD"));

    [Test]
    public void Pods_get_the_least_MTU_of_the_uplinks_that_are_up()
    {
        Assert.That(PodMtu.Of(Host, Settings.MtuPattern.Default), Is.EqualTo(1500));
        Assert.That(PodMtu.Of(Host, "^eth1$"), Is.EqualTo(9000));
        Assert.That(PodMtu.Of([], Settings.MtuPattern.Default), Is.EqualTo(1500));
    }

    [TestCase("10.0.0.0/24", "192.168.0.0/16")]
    [TestCase("192.168.7.0/24", "172.16.0.0/16")]
    [TestCase("192.168.7.0/24,172.16.0.0/15", "172.18.0.0/16")]
    public void The_default_pool_avoids_the_hosts_networks(string networks, string expected) =>
        Assert.That(DefaultPool.Spec(Pool(IpFamily.IPv4), [.. networks.Split(',').Select(Cidr.Parse)]).Cidr, Is.EqualTo(expected));

    [Test]
    public void No_room_for_a_default_pool_says_what_to_set() => Assert.That(
        () => DefaultPool.Spec(Pool(IpFamily.IPv4), [Cidr.Parse("192.168.0.0/16"), Cidr.Parse("172.16.0.0/12")]),
        Throws.TypeOf<StartupException>().With.Message.Contains("CALICO_IPV4POOL_CIDR"));

    [Test]
    public void The_default_IPv6_pool_is_unique_local()
    {
        var cidr = Cidr.Parse(DefaultPool.Spec(Pool(IpFamily.IPv6), []).Cidr!);
        Assert.That(Cidr.Parse("fd00::/8").Contains(cidr) && cidr.PrefixLength == 48, $"{cidr}");
        Assert.That(Cidr.Parse(DefaultPool.Spec(Pool(IpFamily.IPv6), []).Cidr!), Is.Not.EqualTo(cidr));
    }

    private static PoolOptions Pool(IpFamily family) => new(family, null, 26, true, "all()", false, "Never", "Never");

    private static AddressChoice Choice(string? given = null, string method = "default-route") => new(
        IpFamily.IPv4, given is null ? null : InterfaceAddress.Parse(given), false, DetectionMethod.Parse(method));

    private static InterfaceAddress? Decide(AddressChoice choice, InterfaceAddress? stored) =>
        new NodeAddresses(Host, SourceTowards, NullLogger.Instance).Decide(choice, stored);

    private static IReadOnlyList<DetectedAddress> Rank(string method) =>
        AddressDetector.Rank(DetectionMethod.Parse(method), IpFamily.IPv4, Host, SourceTowards);

    private static IpAddress? SourceTowards(string destination, IpFamily family) =>
        destination == "unknown" ? null : IpAddress.Parse("10.0.0.5");
}
