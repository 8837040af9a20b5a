using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniProtocol;

internal sealed class NodeNameResolverTests
{
    private string _directory = "";

    private string Written => Path.Combine(_directory, "nodename");

    private string Missing => Path.Combine(_directory, "none");

    [SetUp]
    public void MakeFile()
    {
        _directory = Directory.CreateTempSubdirectory("calico-nodename-").FullName;
        File.WriteAllText(Written, "From-File\n");
    }

    [TearDown]
    public void DeleteFile() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void The_conf_wins_over_the_file() => Assert.That(
        NodeNameResolver.Resolve(new NetConf { NodeName = "Conf", NodeNameFile = Written, HostName = "h" }, "Machine"), Is.EqualTo("conf"));

    [Test]
    public void The_conf_needs_no_file() =>
        Assert.That(NodeNameResolver.Resolve(new NetConf { NodeName = "conf", NodeNameFile = Missing }, "Machine"), Is.EqualTo("conf"));

    [Test]
    public void The_file_wins_over_the_hostname() =>
        Assert.That(NodeNameResolver.Resolve(new NetConf { NodeNameFile = Written, HostName = "h" }, "Machine"), Is.EqualTo("from-file"));

    [Test]
    public void The_hostname_wins_over_the_machines_name() =>
        Assert.That(NodeNameResolver.Resolve(new NetConf { NodeNameFile = Missing, HostName = "H" }, "Machine"), Is.EqualTo("h"));

    [Test]
    public void The_machines_name_stands_in_where_the_file_is_optional() => Assert.That(
        NodeNameResolver.Resolve(new NetConf { NodeNameFile = Missing, NodeNameFileOptional = true }, "Machine.Example"), Is.EqualTo("machine.example"));

    [Test]
    public void A_missing_file_means_that_the_agent_has_yet_to_start()
    {
        var error = Assert.Throws<CniException>(() => NodeNameResolver.Resolve(new NetConf { NodeNameFile = Missing }, "Machine"))!;

        Assert.That((error.Code, error.Message.Contains(Missing, StringComparison.Ordinal)), Is.EqualTo((CniErrorCode.TryAgainLater, true)));
    }

    [Test]
    public void A_file_that_cannot_be_read_is_an_io_failure() =>
        Assert.That(
            () => NodeNameResolver.Resolve(new NetConf { NodeNameFile = _directory }, "Machine"),
            Throws.TypeOf<CniException>().With.Property(nameof(CniException.Code)).EqualTo(CniErrorCode.IoFailure));
}
