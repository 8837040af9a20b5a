using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Dataplane.Conntrack;

/// <summary>What the kernel tracks, read and deleted.</summary>
internal sealed class ConntrackTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private TrackedNetwork _network = null!;

    [SetUp]
    public async Task SetUp() => _network = await TrackedNetwork.CreateAsync();

    [TearDown]
    public async Task TearDown() => await _network.DisposeAsync();

    [TestCase(TrackedNetwork.Client4, TrackedNetwork.Server4)]
    [TestCase(TrackedNetwork.Client6, TrackedNetwork.Server6)]
    public void A_connection_is_read_deleted_alone_and_its_deletion_repeated(string client, string server)
    {
        using var one = _network.Stream(server, 80);
        using var two = _network.Stream(server, 81);
        var entry = _network.Entries().Single(entry => entry.Original.DestinationPort == 80);

        Assert.That((entry.Original.Source, entry.Original.Destination), Is.EqualTo((IpAddress.Parse(client), IpAddress.Parse(server))));
        Assert.That((entry.Reply.Source, entry.Reply.Destination), Is.EqualTo((IpAddress.Parse(server), IpAddress.Parse(client))));
        Assert.That((entry.Reply.SourcePort, entry.Reply.DestinationPort), Is.EqualTo((entry.Original.DestinationPort, entry.Original.SourcePort)));
        _network.Conntrack.Delete([entry]);
        _network.Conntrack.Delete([entry]);
        Assert.That(_network.Entries().Select(left => left.Original.DestinationPort), Has.Member(81).And.No.Member(80));
    }

    [Test]
    public void An_entry_with_another_number_is_left()
    {
        using var stream = _network.Stream(TrackedNetwork.Server4, 80);
        var entry = _network.Entries().Single(entry => entry.Original.DestinationPort == 80);
        _network.Conntrack.Delete([entry with { Id = entry.Id + 1 }]);
        Assert.That(_network.Entries(), Has.Some.EqualTo(entry));
    }

    [TestCase(TrackedNetwork.Client4, TrackedNetwork.Server4, 1, 8)]
    [TestCase(TrackedNetwork.Client6, TrackedNetwork.Server6, 58, 128)]
    public async Task A_ping_is_read_with_its_type_and_deleted(string client, string server, int protocol, int type)
    {
        await Wait.UntilAsync(() => Reachability.PingAsync(_network.Client, IpAddress.Parse(server)), Deadline, () => $"an answer of {server}");
        var entry = _network.Entries().First(entry => entry.Original.Protocol == protocol && entry.Original.Source == IpAddress.Parse(client));
        Assert.That((int)entry.Original.IcmpType, Is.EqualTo(type));
        _network.Conntrack.Delete([entry]);
        Assert.That(_network.Entries(), Has.None.EqualTo(entry));
    }

    [Test]
    public void Many_are_deleted_at_once()
    {
        const int Count = 100;
        var streams = Enumerable.Range(1000, Count).Select(port => _network.Stream(TrackedNetwork.Server6, port)).ToList();
        var entries = _network.Entries().Where(entry => entry.Original.Protocol == 6).ToList();
        Assert.That(entries, Has.Count.EqualTo(Count));
        _network.Conntrack.Delete(entries);
        Assert.That(_network.Entries().Count(entry => entry.Original.Protocol == 6), Is.Zero);
        streams.ForEach(stream => stream.Dispose());
    }
}
