using Calico.Cni.Plugin;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniPlugin;

internal sealed class OtherVerbTests
{
    private const string PrevResult = ""","prevResult":{"cniVersion":"1.1.0","interfaces":[{"name":"cali1"},{"name":"eth0","mac":"02:00:00:00:00:07","sandbox":"/var/run/netns/pod"}],"ips":[{"address":"10.65.0.7/32","interface":1}]}""";
    private readonly List<string> _journal = [];

    [SetUp]
    public void ClearJournal() => _journal.Clear();

    [Test]
    public void Check_names_every_deviation_of_kernel_and_store_at_once()
    {
        var addresses = new ScriptedDelegate(_journal).On(CniCommand.Check, new CniException(CniErrorCode.CheckFailed, "no handle"));
        var network = new RecordedNetwork(_journal) { Found = ["eth0 is down", "no route"] };

        Assert.That(
            () => new CheckVerb(addresses, network).Run(Calls.Make(CniCommand.Check, PrevResult)),
            Throws.TypeOf<CniException>()
                .With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.CheckFailed)
                .And.Message.Contains("eth0 is down; no route; no handle"));
    }

    [Test]
    public void Check_of_an_attachment_as_it_should_be_succeeds()
    {
        new CheckVerb(new ScriptedDelegate(_journal), new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Check, PrevResult));

        Assert.That(_journal, Is.EqualTo(new[] { "ask CHECK" }));
    }

    [Test]
    public void Check_does_not_blame_the_attachment_for_a_store_that_is_away()
    {
        var failure = new CniException(CniErrorCode.TryAgainLater, "store gone");

        Assert.That(
            () => new CheckVerb(new ScriptedDelegate(_journal).On(CniCommand.Check, failure), new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Check, PrevResult)),
            Throws.Exception.SameAs(failure));
    }

    [Test]
    public void Gc_removes_marked_devices_of_this_network_that_are_not_valid_also_when_the_store_fails()
    {
        var failure = new CniException(CniErrorCode.TryAgainLater, "store gone");
        var network = new RecordedNetwork(_journal);
        network.Devices.AddRange([("cali1", "net/kept/eth0"), ("cali2", "net/kept/eth1"), ("cali3", "net/lost/eth0"), ("cali4", "net2/lost/eth0"), ("cali5", "")]);
        var call = Calls.Make(CniCommand.Gc, ""","cni.dev/valid-attachments":[{"containerID":"kept","ifname":"eth0"}]""");

        Assert.That(() => new GcVerb(new ScriptedDelegate(_journal).On(CniCommand.Gc, failure), network).Run(call), Throws.Exception.SameAs(failure));
        Assert.That(_journal.Skip(1), Is.EqualTo(new[] { "delete cali2", "delete cali3" }));
    }

    [Test]
    public void Gc_removes_an_unmarked_device_only_if_the_store_released_it()
    {
        var network = new RecordedNetwork(_journal);
        network.Devices.AddRange([("cali5", ""), ("cali6", "")]);
        var released = new CniResult { Interfaces = [new CniInterface("cali6")] };

        new GcVerb(new ScriptedDelegate(_journal).On(CniCommand.Gc, released), network).Run(Calls.Make(CniCommand.Gc, ""","cni.dev/valid-attachments":[]"""));

        Assert.That(_journal.Skip(1), Is.EqualTo(new[] { "delete cali6" }));
    }

    [TestCase(CniErrorCode.TryAgainLater, CniErrorCode.NotAvailable)]
    [TestCase(CniErrorCode.LimitedConnectivity, CniErrorCode.LimitedConnectivity)]
    public void Status_tells_only_the_codes_of_status(CniErrorCode delegates, CniErrorCode told) =>
        Assert.That(
            () => new StatusVerb(new ScriptedDelegate(_journal).On(CniCommand.Status, new CniException(delegates, "why"))).Run(Calls.Make(CniCommand.Status)),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(told).And.Message.EqualTo("why"));
}
