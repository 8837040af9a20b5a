using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class CallJournalTests
{
    private string _directory = "";

    private string NodeNameFile => Path.Combine(_directory, "nodename");

    [SetUp]
    public void Start() => _directory = Directory.CreateTempSubdirectory("calico-journal-").FullName;

    [TearDown]
    public void Stop() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Without_a_journal_or_with_an_empty_one_anybody_may_serve()
    {
        Assert.That(() => CallJournal.RequireEmpty(NodeNameFile), Throws.Nothing);
        File.WriteAllText(CallJournal.Beside(NodeNameFile), "");
        Assert.That(() => CallJournal.RequireEmpty(NodeNameFile), Throws.Nothing);
    }

    [Test]
    public void With_calls_in_it_only_the_agent_may()
    {
        File.WriteAllText(CallJournal.Beside(NodeNameFile), "{}\n");
        Assert.That(
            () => CallJournal.RequireEmpty(NodeNameFile),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.TryAgainLater).And.Message.Contains(_directory));
    }
}
