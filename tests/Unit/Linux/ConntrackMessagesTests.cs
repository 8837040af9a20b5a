using Calico.Linux.Conntrack;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Linux;

internal sealed class ConntrackMessagesTests
{
    private static readonly ConntrackTuple Tcp = new(IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.2"), 6, 40000, 80);
    private static readonly ConntrackTuple Ping6 = new(IpAddress.Parse("fd00::1"), IpAddress.Parse("fd00::2"), 58, 7, 0) { IcmpType = 128 };

    [Test]
    public void A_translated_connection_is_read_with_both_directions()
    {
        var isRead = ConntrackMessages.TryRead(
            Hex(
                "02000000",
                "3400 0180 1400 0180 0800 0100 0a000001 0800 0200 0a600001 1c00 0280 0500 0100 06000000 0600 0200 9c40 0000 0600 0300 0050 0000",
                "3400 0280 1400 0180 0800 0100 0a000002 0800 0200 0a000001 1c00 0280 0500 0100 06000000 0600 0200 1f90 0000 0600 0300 9c40 0000",
                "0800 0300 0000018e",
                "0800 0800 00010000",
                "0800 0c00 deadbeef",
                "0600 1200 0007 0000"),
            out var entry);

        Assert.That(isRead, Is.True);
        Assert.That(entry, Is.EqualTo(new ConntrackEntry(
            Tcp with { Destination = IpAddress.Parse("10.96.0.1") },
            new ConntrackTuple(IpAddress.Parse("10.0.0.2"), IpAddress.Parse("10.0.0.1"), 6, 8080, 40000),
            0xdeadbeef)
        {
            Status = 0x18e,
            Mark = 0x10000,
            Zone = 7,
        }));
    }

    [Test]
    public void An_entry_without_addresses_is_passed_over() =>
        Assert.That(ConntrackMessages.TryRead(Hex("02000000", "0800 0300 0000018e"), out _), Is.False);

    [TestCaseSource(nameof(Tuples))]
    public void What_is_written_is_read_again(ConntrackTuple tuple)
    {
        var writer = new NetlinkWriter(new byte[256]);
        writer.Header(default(NetfilterHeader));
        ConntrackMessages.WriteTuple(ref writer, tuple);
        var original = writer.Written.ToArray();
        byte[] both = [.. original, .. original.AsSpan(4)];
        both[original.Length + 2] = (byte)ConntrackConstants.TupleReply;

        Assert.That(ConntrackMessages.TryRead(both, out var entry), Is.True);
        Assert.That(entry.Original, Is.EqualTo(tuple));
    }

    [Test]
    public void A_deletion_always_names_the_connection()
    {
        // A deletion without a tuple empties the kernel's whole table.
        var writer = new NetlinkWriter(new byte[256]);
        new DeleteEntry(new ConntrackEntry(Tcp, Tcp, 5)).Write(ref writer, 1);
        var attributes = new AttributeReader(writer.Written[20..]);

        Assert.That(attributes.MoveNext(), Is.True);
        Assert.That(attributes.Type, Is.EqualTo(ConntrackConstants.TupleOriginal));
        Assert.That(attributes.MoveNext(), Is.True);
        Assert.That((attributes.Type, attributes.UInt32BigEndian), Is.EqualTo((ConntrackConstants.Id, 5u)));
    }

    [Test]
    public void Events_of_devices_addresses_and_routes_are_told_apart()
    {
        List<RouteEvent> events = [];
        RouteMonitor.Parse(
            Hex(
                "2c000000 1100 0000 00000000 00000000", "00 00 0100 05000000 42100000 00000000 0a00 0300 63616c693100 0000",
                "20000000 1500 0000 00000000 00000000", "02 20 80 00 04000000 0800 0200 0a000001",
                "24000000 1900 0000 00000000 00000000", "02 20 00 00 fe 03 fd 01 00000000 0800 0100 0a000001",
                "14000000 ff00 0000 00000000 00000000 00000000"),
            events);

        Assert.That(events, Is.EqualTo(new RouteEvent[]
        {
            new LinkEvent(new Link(5, "cali1", default, 0, false) { IsRunning = true }, IsGone: true),
            new AddressEvent(new LinkAddress(4, InterfaceAddress.Parse("10.0.0.1/32"), RouteScope.Universe, 0x80), IsGone: true),
            new RouteChangeEvent(new Route(Cidr.Parse("10.0.0.1/32"), Scope: RouteScope.Link), IsGone: true),
        }));
    }

    private static ConntrackTuple[] Tuples() =>
    [
        Tcp,
        Ping6,
        new(Tcp.Source, Tcp.Destination, 1, 9, 0) { IcmpType = 8 },
        new(Ping6.Source, Ping6.Destination, 17, 53, 5353),
    ];

    private static byte[] Hex(params string[] parts) => Convert.FromHexString(string.Concat(parts).Replace(" ", ""));
}
