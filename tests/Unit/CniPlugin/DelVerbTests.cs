using Calico.Cni.Plugin;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniPlugin;

internal sealed class DelVerbTests
{
    private readonly List<string> _journal = [];

    [SetUp]
    public void ClearJournal() => _journal.Clear();

    [Test]
    public void Traffic_stops_before_the_release_and_the_agent_takes_the_device()
    {
        new DelVerb(new ScriptedDelegate(_journal), new RecordedNetwork(_journal) { Device = 9 }).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal, Is.EqualTo(new[] { $"disconnect {Calls.HostName} of {Calls.Mark}", "ask DEL with device 9" }));
    }

    [Test]
    public void Without_an_agent_the_device_is_deleted_here_while_the_release_is_under_way()
    {
        new DelVerb(new ScriptedDelegate(_journal) { ByAgent = false }, new RecordedNetwork(_journal) { Device = 9 }).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal[1..], Is.EqualTo(new[] { "ask DEL with device 9", "delete 9" }));
    }

    [Test]
    public void A_device_that_was_not_deleted_meanwhile_is_deleted_after_the_release()
    {
        new DelVerb(new ScriptedDelegate(_journal) { ByAgent = false }, new RecordedNetwork(_journal) { Device = 9, IsDeletable = false }).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal[2..], Is.EqualTo(new[] { "try to delete 9", "delete 9" }));
    }

    [Test]
    public void Nothing_left_is_success()
    {
        new DelVerb(new ScriptedDelegate(_journal) { ByAgent = false }, new RecordedNetwork(_journal)).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal, Is.EqualTo(new[] { $"disconnect {Calls.HostName} of {Calls.Mark}", "ask DEL" }));
    }

    [Test]
    public void A_failed_release_is_told_and_the_device_stays_for_the_next_try()
    {
        var failure = new CniException(CniErrorCode.TryAgainLater, "store gone");

        Assert.That(
            () => new DelVerb(new ScriptedDelegate(_journal).On(CniCommand.Del, failure), new RecordedNetwork(_journal) { Device = 9 }).Run(Calls.Make(CniCommand.Del)),
            Throws.Exception.SameAs(failure));
        Assert.That(_journal, Has.None.StartsWith("delete"));
    }

    [Test]
    public void A_device_that_the_store_names_goes_unless_it_has_another_owner()
    {
        var network = new RecordedNetwork(_journal);
        network.Devices.AddRange([("caliold", ""), ("calimine", Calls.Mark), ("caliother", "net/other/eth0"), ("eth0", "")]);
        var released = new CniResult { Interfaces = [new CniInterface("caliold"), new CniInterface("calimine"), new CniInterface("caliother")] };

        new DelVerb(new ScriptedDelegate(_journal).On(CniCommand.Del, released), network).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal.Where(j => j.StartsWith("delete", StringComparison.Ordinal)), Is.EqualTo(new[] { "delete caliold", "delete calimine" }));
    }

    [Test]
    public void An_unmarked_device_that_the_namespace_does_not_lead_to_goes_if_the_store_released_it()
    {
        var network = new RecordedNetwork(_journal);
        network.Devices.Add((Calls.HostName, ""));
        var released = new CniResult { Interfaces = [new CniInterface(Calls.HostName)] };

        new DelVerb(new ScriptedDelegate(_journal).On(CniCommand.Del, released), network).Run(Calls.Make(CniCommand.Del));

        Assert.That(_journal[^1], Is.EqualTo($"delete {Calls.HostName}"));
    }
}
