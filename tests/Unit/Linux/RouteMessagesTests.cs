using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Linux;

internal sealed class RouteMessagesTests
{
    [Test]
    public void A_veth_is_read_with_its_peer()
    {
        var link = RouteMessages.ReadLink(Hex(
            "00 00 0100 05000000 43100000 00000000",
            "0a00 0300 63616c693100 0000",
            "0800 0400 a0050000",
            "0a00 0100 eeeeeeeeeeee 0000",
            "0800 0500 02000000", // IFLA_LINK
            "0800 2500 03000000", // IFLA_LINK_NETNSID
            "0a00 1400 612f622f6300 0000",
            "1000 1200 0900 0100 7665746800 000000"));

        Assert.That(link, Is.EqualTo(new Link(5, "cali1", MacAddress.HostSide, 1440, true, Link.Veth, 2, 3, 0, "a/b/c") { IsRunning = true }));
    }

    [Test]
    public void On_a_point_to_point_device_the_own_address_is_the_local_one()
    {
        var address = RouteMessages.ReadAddress(Hex("02 20 80 00 04000000", "0800 0100 0a000002", "0800 0200 0a000001", "0800 0800 80000000"));

        Assert.That(address, Is.EqualTo(new LinkAddress(4, InterfaceAddress.Parse("10.0.0.1/32"), RouteScope.Universe, 0x80)));
    }

    [Test]
    public void A_tentative_address_is_not_usable()
    {
        var address = RouteMessages.ReadAddress(Hex("0a 80 40 00 04000000", "1400 0100 fd000000000000000000000000000001"))!;

        Assert.That(address.IsUsable, Is.False);
    }

    [Test]
    public void A_blackhole_has_no_device()
    {
        var route = RouteMessages.ReadRoute(Hex("02 1a 00 00 fe 0c 00 06 00000000", "0800 0f00 fe000000", "0800 0100 0a410000", "0800 0600 20000000"));

        Assert.That(route, Is.EqualTo(new Route(Cidr.Parse("10.65.0.0/26"), Type: RouteType.Blackhole, Protocol: Route.BirdProtocol, Priority: 32)));
    }

    [Test]
    public void An_mpls_route_is_no_route_of_ours() => Assert.That(RouteMessages.ReadRoute(Hex("1c 14 00 00 fe 04 00 01 00000000")), Is.Null);

    [TestCase("00000000 0800 0100 05000000", 5)]
    [TestCase("00000000 0800 0100 ffffffff", null)]
    public void A_namespace_without_a_number_is_told_apart(string payload, int? expected) =>
        Assert.That(RouteMessages.ReadNamespaceId(Hex(payload)), Is.EqualTo(expected));

    [TestCase("0000")]
    [TestCase("00 00 0100 05000000 43100000 00000000 ff00 0300 6100")]
    [TestCase("00 00 0100 05000000 43100000 00000000 0200 0300 6100")]
    public void Lengths_that_contradict_the_message_are_refused(string payload) =>
        Assert.That(() => RouteMessages.ReadLink(Hex(payload)), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void A_datagram_holds_several_messages_and_a_torn_one_is_refused()
    {
        var datagram = Hex("14000000 1000 0200 07000000 00000000 aabbccdd", "40000000 0300 0200 07000000 00000000");
        var types = new List<ushort>();

        Assert.That(
            () =>
            {
                var reader = new NetlinkReader(datagram);
                while (reader.MoveNext())
                {
                    types.Add(reader.Type);
                }
            },
            Throws.TypeOf<InvalidDataException>());
        Assert.That(types, Is.EqualTo(new ushort[] { 16 }));
    }

    private static byte[] Hex(params string[] parts) => Convert.FromHexString(string.Concat(parts).Replace(" ", ""));
}
