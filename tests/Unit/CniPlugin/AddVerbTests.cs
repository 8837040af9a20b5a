using Calico.Cni.Plugin;
using Calico.Cni.Protocol;
using Calico.Model.Net;

namespace Calico.Tests.Unit.CniPlugin;

internal sealed class AddVerbTests
{
    private const string Mtu = ""","mtu":1440""";
    private readonly List<string> _journal = [];

    [SetUp]
    public void ClearJournal() => _journal.Clear();

    [Test]
    public void The_result_names_host_end_then_container_end_and_no_gateway()
    {
        var network = new RecordedNetwork(_journal);

        var result = new AddVerb(new ScriptedDelegate(_journal).On(CniCommand.Add, Calls.Granted), network).Run(Calls.Make(CniCommand.Add, Mtu));

        Assert.Multiple(() =>
        {
            Assert.That(result.Interfaces, Is.EqualTo(new[]
            {
                new CniInterface(Calls.HostName, "ee:ee:ee:ee:ee:ee", 1440),
                new CniInterface("eth0", "02:00:00:00:00:07", 1440, Calls.NetNs),
            }));
            Assert.That(result.Ips, Is.EqualTo(Calls.Granted.Ips));
            Assert.That(network.Attached.Single().Routes, Is.EqualTo(new[] { Cidr.Parse("0.0.0.0/0"), Cidr.Parse("::/0") }));
            Assert.That(network.Attached.Single().Owner, Is.EqualTo(Calls.Mark));
            Assert.That(_journal, Is.EqualTo(new[] { $"namespace {Calls.NetNs}", "ask ADD", $"prepare {Calls.HostName}", "attach", "await addresses" }));
        });
    }

    [Test]
    public void Policy_is_waited_for_after_the_wiring()
    {
        Run("");
        Assert.That(_journal[^3..], Is.EqualTo(new[] { "attach", "await policy of revision 42 for 10 s", "await addresses" }));

        Run(""","policy_setup_timeout_seconds":3""");
        Assert.That(_journal[^2], Is.EqualTo("await policy of revision 42 for 3 s"));
    }

    [Test]
    public void Policy_is_not_waited_for_where_the_conf_says_so()
    {
        Run(""","policy_setup_timeout_seconds":0""");
        Assert.That(_journal[^2..], Is.EqualTo(new[] { "attach", "await addresses" }));
    }

    [Test]
    public void A_failed_wiring_is_undone_in_reverse_and_the_first_error_is_told()
    {
        var network = new RecordedNetwork(_journal) { AttachFailure = new IOException("no room") };

        Assert.That(
            () => new AddVerb(new ScriptedDelegate(_journal).On(CniCommand.Add, Calls.Granted), network).Run(Calls.Make(CniCommand.Add, Mtu)),
            Throws.TypeOf<IOException>().With.Message.EqualTo("no room"));
        Assert.That(_journal.Skip(3), Is.EqualTo(new[] { "attach", $"delete {Calls.HostName}", "ask DEL", "discard" }));
    }

    [Test]
    public void An_undo_that_fails_hides_neither_the_first_error_nor_the_next_step()
    {
        var network = new RecordedNetwork(_journal) { AttachFailure = new IOException("no room") };
        var addresses = new ScriptedDelegate(_journal)
            .On(CniCommand.Add, Calls.Granted)
            .On(CniCommand.Del, new CniException(CniErrorCode.TryAgainLater, "store gone"));

        Assert.That(() => new AddVerb(addresses, network).Run(Calls.Make(CniCommand.Add, Mtu)), Throws.TypeOf<IOException>());
    }

    [Test]
    public void A_refused_address_leaves_nothing_of_what_was_prepared()
    {
        var refusal = new CniException(CniErrorCode.TryAgainLater, "pool p is full");

        Assert.That(
            () => new AddVerb(new ScriptedDelegate(_journal).On(CniCommand.Add, refusal), new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Add, Mtu)),
            Throws.Exception.SameAs(refusal));
        Assert.That(_journal.Skip(1), Is.EqualTo(new[] { "ask ADD", $"prepare {Calls.HostName}", "discard" }));
    }

    [Test]
    public void A_refused_address_touches_no_device_that_was_there_before()
    {
        var addresses = new ScriptedDelegate(_journal).On(CniCommand.Add, new CniException(CniErrorCode.TryAgainLater, "pool p is full"));

        Assert.That(() => new AddVerb(addresses, new RecordedNetwork(_journal) { IsFree = false }).Run(Calls.Make(CniCommand.Add, Mtu)), Throws.TypeOf<CniException>());
        Assert.That(_journal.Skip(1), Is.EqualTo(new[] { "ask ADD", $"prepare {Calls.HostName}" }));
    }

    [Test]
    public void Another_ipam_plugin_gives_addresses_alone_and_the_names_are_computed()
    {
        var network = new RecordedNetwork(_journal);
        var granted = new CniResult
        {
            Ips = [new CniIp(InterfaceAddress.Parse("10.1.0.5/24"), IpAddress.Parse("10.1.0.1"))],
            Routes = [new CniRoute(Cidr.Parse("10.1.0.0/16"))],
        };
        var call = Calls.Make(CniCommand.Add, Mtu + ""","ipam":{"type":"host-local"}""");

        var result = new AddVerb(new ScriptedDelegate(_journal) { ByAgent = false }.On(CniCommand.Add, granted), network).Run(call);

        Assert.Multiple(() =>
        {
            Assert.That(result.Ips.Single(), Is.EqualTo(new CniIp(InterfaceAddress.Parse("10.1.0.5/32"), null, 1)));
            Assert.That(network.Attached.Single().HostName, Is.EqualTo(Calls.HostName));
            Assert.That(network.Attached.Single().Routes, Is.EqualTo(new[] { Cidr.Parse("10.1.0.0/16") }));
        });
    }

    [Test]
    public void A_delegate_without_addresses_is_an_error_and_is_undone()
    {
        var empty = new CniResult();

        Assert.That(
            () => new AddVerb(new ScriptedDelegate(_journal).On(CniCommand.Add, empty), new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Add, Mtu)),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.InvalidConfiguration));
        Assert.That(_journal, Does.Contain("ask DEL"));
    }

    [Test]
    public void A_required_mtu_file_that_is_missing_stops_before_anything_is_given()
    {
        var call = Calls.Make(CniCommand.Add, ""","require_mtu_file":true,"mtu_file":"/no/such/mtu" """);

        Assert.That(
            () => new AddVerb(new ScriptedDelegate(_journal), new RecordedNetwork(_journal)).Run(call),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(_journal, Is.Empty);
    }

    private void Run(string conf) =>
        new AddVerb(new ScriptedDelegate(_journal).On(CniCommand.Add, Calls.Granted, pendingRevision: 42), new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Add, Mtu + conf));
}
