using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Linux;

internal sealed class NetlinkWriterTests
{
    [Test]
    public void A_link_change_is_written_octet_for_octet()
    {
        var request = new ChangeLink(7)
        {
            Up = true,
            Mtu = 1440,
            Alias = "net/c1",
            Settings = [(DeviceSetting.ProxyArp, 1)],
        };

        Assert.That(Octets(request), Is.EqualTo(Hex(
            "48000000 1300 0500 05000000 00000000", // length 72, RTM_SETLINK, REQUEST|ACK, sequence 5
            "00 00 0000 07000000 01000000 01000000", // ifinfomsg: index 7, IFF_UP of IFF_UP
            "0800 0400 a0050000", // IFLA_MTU 1440
            "0b00 1400 6e65742f6331 00 00", // IFLA_IFALIAS, padded
            "1400 1a80", // IFLA_AF_SPEC
            "1000 0280", // AF_INET
            "0c00 0180", // IFLA_INET_CONF
            "0800 0300 01000000")));
    }

    [Test]
    public void A_host_route_is_written_octet_for_octet()
    {
        var request = new AddRoute(new Route(Cidr.Parse("10.65.0.2/32"), 9, Scope: RouteScope.Link));

        Assert.That(Octets(request), Is.EqualTo(Hex(
            "34000000 1800 0506 05000000 00000000", // RTM_NEWROUTE, REQUEST|ACK|CREATE|EXCL
            "02 20 00 00 fe 03 fd 01 00000000", // AF_INET /32, main table, boot, link scope, unicast
            "0800 0100 0a410002",
            "0800 0400 09000000",
            "0800 0f00 fe000000")));
    }

    [Test]
    public void An_ipv6_default_route_by_a_gateway_has_no_destination()
    {
        var request = new ReplaceRoute(new Route(Cidr.Parse("::/0"), 2, IpAddress.Parse("fe80::ecee:eeff:feee:eeee")));

        Assert.That(Octets(request), Is.EqualTo(Hex(
            "40000000 1800 0505 05000000 00000000", // CREATE|REPLACE
            "0a 00 00 00 fe 03 00 01 00000000",
            "1400 0500 fe80000000000000 eceeeefffeeeeeee",
            "0800 0400 02000000",
            "0800 0f00 fe000000")));
    }

    [Test]
    public void An_ipv6_address_asks_for_no_duplicate_detection()
    {
        Assert.That(Octets(new PutAddress(2, InterfaceAddress.Parse("fd00::5/128"))), Is.EqualTo(Hex(
            "48000000 1400 0505 05000000 00000000",
            "0a 80 00 00 02000000",
            "1400 0200 fd00000000000000 0000000000000005",
            "1400 0100 fd00000000000000 0000000000000005",
            "0800 0800 02000000"))); // IFA_F_NODAD
    }

    [Test]
    public void A_permanent_neighbour_is_written_octet_for_octet()
    {
        Assert.That(Octets(new PutNeighbour(2, IpAddress.Parse("169.254.1.1"), MacAddress.HostSide)), Is.EqualTo(Hex(
            "30000000 1c00 0505 05000000 00000000",
            "02 00 0000 02000000 8000 00 00", // NUD_PERMANENT
            "0800 0100 a9fe0101",
            "0a00 0200 eeeeeeeeeeee 0000")));
    }

    [Test]
    public void The_proxy_delay_names_the_arp_table_and_the_device()
    {
        Assert.That(Octets(new SetProxyDelay(3, 0)), Is.EqualTo(Hex(
            "3c000000 4300 0500 05000000 00000000", // RTM_SETNEIGHTBL
            "02 00 0000",
            "0e00 0100 6172705f6361636865 00 0000",
            "1800 0680",
            "0800 0100 03000000",
            "0c00 0d00 0000000000000000")));
    }

    [Test]
    public void A_veth_carries_its_peer_and_the_peers_namespace()
    {
        using var space = NetNamespace.OpenCurrent();
        var request = new CreateVeth("cali1", MacAddress.HostSide, space, "eth0", MacAddress.Parse("02:00:00:00:00:01"), 1500);

        Assert.That(Octets(request), Is.EqualTo(Hex(
            "b0000000 1000 0d06 05000000 00000000", // RTM_NEWLINK, REQUEST|ACK|ECHO|CREATE|EXCL
            "00 00 0000 00000000 01000000 01000000",
            End("63616c6931", "eeeeeeeeeeee", nameLength: 10),
            "6000 1280", // IFLA_LINKINFO
            "0900 0100 7665746800 000000",
            "5000 0280 4c00 0180", // IFLA_INFO_DATA, VETH_INFO_PEER
            "00 00 0000 00000000 00000000 00000000",
            End("65746830", "020000000001", nameLength: 9),
            "0800 1c00",
            Convert.ToHexString(BitConverter.GetBytes(space.Descriptor)))));
    }

    [Test]
    public void What_is_written_as_a_route_reads_back_as_the_same_route()
    {
        var route = new Route(
            Cidr.Parse("10.1.2.0/24"), 4, IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.9"), RouteScope.Universe, RouteType.Unicast, 80, 1000, 32);
        var reader = new NetlinkReader(Octets(new AddRoute(route)));

        Assert.That(reader.MoveNext(), Is.True);
        Assert.That(RouteMessages.ReadRoute(reader.Payload), Is.EqualTo(route));
    }

    /// <summary>Name, MAC, MTU 1500 and one queue each way.</summary>
    private static string End(string name, string mac, int nameLength) =>
        $"{nameLength:x2}00 0300 {name} {new string('0', 2 * (12 - 4 - (name.Length / 2)))} 0a00 0100 {mac} 0000 0800 0400 dc050000 0800 1f00 01000000 0800 2000 01000000";

    private static byte[] Octets(NetlinkRequest request)
    {
        var writer = new NetlinkWriter(new byte[512]);
        request.Write(ref writer, 5);
        return writer.Written.ToArray();
    }

    private static byte[] Hex(params string[] parts) => Convert.FromHexString(string.Concat(parts).Replace(" ", ""));
}
