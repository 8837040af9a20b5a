using System.Text.Json.Nodes;
using Calico.Ctl;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Ctl;

internal sealed class DatastoreCommandTests
{
    private const string ClusterKey = "/calico/resources/v3/projectcalico.org/clusterinformations/default";
    private CtlRun _from = null!;
    private CtlRun _to = null!;

    [SetUp]
    public void Start()
    {
        (_from, _to) = (new CtlRun(), new CtlRun());
        foreach (var (key, value) in UpstreamDatastore.Read())
        {
            _from.Store.Put(key, value);
        }

        _from.Store.Put("/calico/felix/v2/no-region/host/node-a/status", "{}");
    }

    [TearDown]
    public void Stop()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Test]
    public async Task What_upstream_wrote_arrives_elsewhere_and_stays_locked_until_it_is_unlocked()
    {
        Assert.That(await _from.RunAsync("datastore migrate export"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_from.Error, Does.Contain("migrate lock"));
        Assert.That(await _from.OutputAsync("datastore migrate lock"), Does.StartWith("Datastore locked."));
        var export = await _from.OutputAsync("datastore migrate export");

        Assert.That(await _to.OutputAsync("datastore migrate import -f -", export), Does.StartWith($"Imported {UpstreamDatastore.Read().Count - 1} keys; 0 were there already"));
        Assert.That((bool?)JsonNode.Parse(_to.Store.Contents()[ClusterKey])!["spec"]!["datastoreReady"], Is.False);
        Assert.That(await _to.OutputAsync("datastore migrate unlock"), Does.StartWith("Datastore unlocked."));
        Assert.That(await _to.OutputAsync("datastore migrate unlock"), Does.Contain("already"));
        foreach (var (key, value) in UpstreamDatastore.Read())
        {
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(_to.Store.Contents()[key]), JsonNode.Parse(value)), key);
        }

        Assert.That(_to.Store.Contents(), Has.Count.EqualTo(UpstreamDatastore.Read().Count), "what agents report of themselves stays behind");
    }

    [Test]
    public async Task An_import_that_was_cut_short_goes_on_where_it_was()
    {
        var file = _from.File("dump", "");
        await _from.OutputAsync($"datastore export -o {file}");
        var writes = 0;
        _to.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn" && call.Detail.EndsWith("/0", StringComparison.Ordinal) && ++writes == 3);
        Assert.That(await _to.RunAsync($"datastore import -f {file}"), Is.Not.Zero);
        Assert.That(await _to.OutputAsync($"datastore import -f {file}"), Does.StartWith("Imported"));
        Assert.That(await _to.OutputAsync($"datastore import -f {file}"), Does.StartWith($"Imported 0 keys; {UpstreamDatastore.Read().Count - 1} were there already"));
    }

    [Test]
    public async Task Keys_that_hold_something_else_are_kept_and_named()
    {
        const string Pool = "/calico/resources/v3/projectcalico.org/ippools/default-ipv4-ippool";
        var export = await _from.OutputAsync("datastore export");
        await _to.OutputAsync("datastore import -f -", export);
        _to.Store.Put(Pool, /*lang=json*/ """{"kind":"IPPool","metadata":{"name":"default-ipv4-ippool"},"spec":{}}""");
        Assert.That(await _to.RunAsync("datastore import -f -", export), Is.EqualTo(ExitCode.Failed));
        Assert.That(_to.Error, Does.Contain($"{Pool} holds something else"));
        await _to.OutputAsync("datastore import --overwrite -f -", export);
        Assert.That(_to.Store.Contents()[Pool], Does.Contain("10.65.0.0/16"));
    }

    [Test]
    public async Task A_file_that_is_not_whole_imports_nothing()
    {
        var lines = (await _from.OutputAsync("datastore export")).TrimEnd('\n').Split('\n');
        foreach (var (text, reason) in new[]
        {
            (string.Join('\n', lines[..^1]), "cut short"),
            (string.Join('\n', lines).Replace("10.65.0.0/16", "10.66.0.0/16", StringComparison.Ordinal), "digest"),
            (string.Join('\n', lines[1..]), "no export"),
            ("kind: IPPool", "line"),
        })
        {
            Assert.That(await _to.RunAsync("datastore import -f -", text), Is.EqualTo(ExitCode.Failed));
            Assert.That(_to.Error, Does.Contain(reason));
            Assert.That(_to.Store.Contents(), Is.Empty);
        }
    }

    [Test]
    public async Task The_datastore_of_another_cluster_is_left_alone()
    {
        var export = await _from.OutputAsync("datastore export");
        _to.Store.Put(ClusterKey, /*lang=json*/ """{"kind":"ClusterInformation","metadata":{"name":"default"},"spec":{"clusterGUID":"other","datastoreReady":true}}""");
        Assert.That(await _to.RunAsync("datastore import -f -", export), Is.EqualTo(ExitCode.Failed));
        Assert.That(_to.Error, Does.Contain("another cluster"));
        Assert.That(_to.Store.Contents(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_exported_file_is_for_its_owner_alone()
    {
        var file = _from.File("dump", "");
        await _from.OutputAsync($"datastore export -o {file}");
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [TestCase("version --client", "Client Version:")]
    [TestCase("version", "Cluster GUID:      030dab52be06467893335d1118454722")]
    [TestCase("completion bash", "complete -o default -F _calicoctl calicoctl")]
    [TestCase("completion zsh", "#compdef calicoctl")]
    [TestCase("completion fish", "complete -c calicoctl")]
    public async Task Small_commands_answer(string commandLine, string content) => Assert.That(await _from.OutputAsync(commandLine), Does.Contain(content));

    [TestCase("calicoctl ", "datastore")]
    [TestCase("calicoctl get ippo", "ippools")]
    [TestCase("calicoctl apply --dr", "--dry-run")]
    public async Task Shells_are_told_commands_kinds_and_flags(string typed, string offer)
    {
        Assert.That(await _from.RunArgumentsAsync([$"[suggest:{typed.Length}]", typed]), Is.Zero);
        Assert.That(_from.Out.Split('\n').Select(line => line.Trim()), Does.Contain(offer));
    }
}
