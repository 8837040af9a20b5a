using System.Collections.Immutable;
using Calico.Agent.Api.Outage;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model.Identity;
using Calico.Model.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi.Outage;

internal sealed class JournalTests
{
    private string _directory = "";
    private OutageJournal _journal = null!;

    private string Path => System.IO.Path.Combine(_directory, "lib", "outage.journal");

    [SetUp]
    public void Start()
    {
        _directory = Directory.CreateTempSubdirectory("calico-journal-").FullName;
        _journal = OutageJournal.Open(Path, NullLogger.Instance);
    }

    [TearDown]
    public void Stop()
    {
        _journal.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void What_was_written_is_there_after_a_crash()
    {
        var add = _journal.Append(Add("c1", "10.0.0.1", "fd00::1"));
        _journal.Append(Del("c2"));
        Reopen();
        Assert.That(_journal.State.Pending.Select(entry => (entry.Id, entry.ToString())), Is.EqualTo(new[]
        {
            (1L, "ADD of container c1 interface eth0"), (2L, "DEL of container c2 interface eth0"),
        }));
        var read = _journal.Find(Identity("c1"))!;
        Assert.That((read.Identity, read.Node, read.At), Is.EqualTo((add.Identity, add.Node, add.At)));
        Assert.That(read.Addresses, Is.EqualTo(add.Addresses));
        Assert.That(read.Endpoint!.Spec.IPNetworks, Is.EqualTo(add.Endpoint!.Spec.IPNetworks));
    }

    [Test]
    public void Only_root_may_read_it()
    {
        _journal.Append(Del("c1"));
        Assert.That(File.GetUnixFileMode(Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_line_that_a_crash_cut_short_is_dropped_and_the_next_one_begins_anew()
    {
        _journal.Append(Add("c1", "10.0.0.1"));
        _journal.Append(Add("c2", "10.0.0.2"));
        _journal.Dispose();
        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..^7]);
        Reopen();
        Assert.That(_journal.State.InUse, Is.EqualTo(new[] { IpAddress.Parse("10.0.0.1") }));
        _journal.Append(Add("c3", "10.0.0.3"));
        Reopen();
        Assert.That(_journal.State.PendingCount, Is.EqualTo(2));
    }

    [Test]
    public void A_damaged_line_in_the_middle_is_an_error_that_says_where()
    {
        _journal.Append(Del("c1"));
        _journal.Append(Del("c2"));
        _journal.Dispose();
        File.WriteAllText(Path, File.ReadAllText(Path).Replace("\"at\"", "\"xx\"", StringComparison.Ordinal));
        Assert.That(Reopen, Throws.TypeOf<IOException>().With.Message.Contains("line 1 of " + Path));
    }

    [Test]
    public void The_file_is_empty_when_the_store_knows_everything()
    {
        var (one, two) = (_journal.Append(Add("c1", "10.0.0.1")), _journal.Append(Del("c2")));
        Assert.That(_journal.Done([one]), Has.Count.EqualTo(1));
        Reopen();
        Assert.That(_journal.State.PendingCount, Is.EqualTo(1));
        _journal.Done([two]);
        Assert.That(new FileInfo(Path).Length, Is.Zero);
        Assert.That(_journal.Append(Del("c3")).Id, Is.GreaterThan(0));
    }

    [Test]
    public void The_last_word_about_an_interface_counts()
    {
        var add = _journal.Append(Add("c1", "10.0.0.1"));
        var del = _journal.Append(Del("c1"));
        Assert.That(_journal.Done([add]), Is.Empty, "it was overtaken");
        Assert.That(_journal.State.Pending.Single(), Is.EqualTo(del));
        Assert.That(del.Returned, Is.EqualTo(new[] { IpAddress.Parse("10.0.0.1") }));
        Assert.That(((ReleaseRequest)del.ToRequest([])).ToReserve, Is.EqualTo(del.Returned));
    }

    [Test]
    public void Who_had_an_address_before_is_known_also_after_a_crash()
    {
        _journal.Append(Add("c1", "10.0.0.1"));
        _journal.Append(Del("c1"));
        _journal.Append(Add("c2", "10.0.0.1"));
        Reopen();
        var entry = _journal.Find(Identity("c2"))!;
        Assert.That(((AdoptRequest)entry.ToRequest(_journal.State.FormersOf(entry))).Formers.Select(holder => holder.HandleId), Is.EqualTo(new[] { "net.c1" }));
    }

    [Test]
    public void A_container_that_replaced_another_is_found_by_the_endpoint()
    {
        var first = Add("c1", "10.0.0.1") with { Identity = Pod("c1") };
        _journal.Append(first);
        Assert.That(_journal.State.Replaced(Pod("c2"), "n")!.Identity.ContainerId, Is.EqualTo("c1"));
        Assert.That(_journal.State.Replaced(Pod("c1"), "n"), Is.Null);
    }

    private void Reopen()
    {
        _journal.Dispose();
        _journal = OutageJournal.Open(Path, NullLogger.Instance);
    }

    private static JournalEntry Add(string container, params string[] addresses)
    {
        ImmutableArray<IpAddress> given = [.. addresses.Select(IpAddress.Parse)];
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return new JournalEntry(0, Identity(container), "n", given, [], OfflineRules.Endpoint(new AssignRequest(Identity(container), "n"), null, given, at), at);
    }

    private static JournalEntry Del(string container) => Add(container) with { Endpoint = null };

    private static WorkloadIdentity Identity(string container) => new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, container, container, "eth0", "net");

    private static WorkloadIdentity Pod(string container) => new(WorkloadIdentity.Kubernetes, "shop", "web-0", container, "eth0", "net");
}
