using System.Text.Json.Nodes;
using Calico.Ctl;
using Calico.Ctl.Ipam;
using Calico.Model;
using Calico.Model.Ipam;
using Calico.Tests.Unit.Controller.Ipam;

namespace Calico.Tests.Unit.Ctl;

internal sealed class IpamCommandTests
{
    private CollectorWorld _world = null!;
    private CtlRun _ctl = null!;

    [SetUp]
    public void Start()
    {
        _world = new CollectorWorld("node-a", "node-b");
        _ctl = new CtlRun(_world.Cluster.Store);
    }

    [TearDown]
    public void Stop()
    {
        _ctl.Dispose();
        _world.Ipam.Dispose();
    }

    [Test]
    public async Task Pools_and_blocks_say_how_full_they_are()
    {
        await _world.PlugAsync("web", "c1", "node-a");
        Assert.That(await _ctl.OutputAsync("ipam show --show-blocks"), Does.Contain("| IP Pool  | 10.0.0.0/24 ").And.Contain("256 |     1 (0%)").And.Match(@"\| Block    \| 10\.0\.0\.\d+/29 +\| +8 +\| +1 \(1[23]%\)"));
    }

    [Test]
    public async Task An_address_is_given_back_unless_an_endpoint_has_it()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        Assert.That(await _ctl.RunAsync($"ipam release --ip={address}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("that of the endpoint shop/").And.Contain("--force"));
        await _ctl.OutputAsync($"ipam release --ip={address} --force");
        Assert.That(_world.IsAllocated(address), Is.False);
        Assert.That(await _ctl.RunAsync($"ipam release --ip={address}"), Is.EqualTo(ExitCode.Failed), "it is free");
        Assert.That(await _ctl.RunAsync("ipam release"), Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task Borrowed_addresses_name_both_nodes()
    {
        // One block fills the pool, so the second node has none of its own.
        _world.Cluster.Pool("pool", "10.0.0.0/29", spec => spec with { BlockSize = 29 });
        await _world.PlugAsync("own", "c1", "node-a");
        var borrowed = await _world.PlugAsync("guest", "c2", "node-b");
        Assert.That(await _ctl.OutputAsync("ipam show --show-borrowed"), Does.Match($@"\| {borrowed} +\| node-b +\| 10.0.0.0/29 \| node-a +\| pod +\| shop/guest").And.Not.Contain("shop/own"));
    }

    [Test]
    public async Task Settings_are_changed_one_by_one()
    {
        await _ctl.OutputAsync("ipam configure --strictaffinity=true");
        await _ctl.OutputAsync("ipam configure --max-blocks-per-host=7 --ip-cooldown-seconds=30");
        Assert.That(_world.Cluster.Get<IpamConfig>(EtcdKeys.IpamConfig), Is.EqualTo(IpamConfig.Default with { StrictAffinity = true, MaxBlocksPerHost = 7, IpCooldownSeconds = 30 }));
        Assert.That(await _ctl.OutputAsync("ipam show --show-configuration"), Does.Contain("| StrictAffinity     | true  |"));
        Assert.That(await _ctl.RunAsync("ipam configure --ip-cooldown-seconds=9999"), Is.EqualTo(ExitCode.Usage));
        Assert.That(await _ctl.RunAsync("ipam configure"), Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task A_pool_is_split_in_one_step_while_the_datastore_is_locked()
    {
        Assert.That(await _ctl.RunAsync("ipam split 4 --name=pool"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("migrate lock"));
        _world.Cluster.SetReady(false);
        Assert.That(await _ctl.RunAsync("ipam split 3 --name=pool"), Is.EqualTo(ExitCode.Usage));
        Assert.That(await _ctl.RunAsync("ipam split 64 --name=pool"), Is.EqualTo(ExitCode.Failed), "parts of a /24 would be smaller than its /29 blocks");
        await _ctl.OutputAsync("ipam split 4 --cidr=10.0.0.0/24");
        Assert.That(await _ctl.OutputAsync("get ippools -o custom-columns=NAME,CIDR"), Is.EqualTo(
            "NAME           CIDR\nsplit-pool-0   10.0.0.0/26\nsplit-pool-1   10.0.0.64/26\nsplit-pool-2   10.0.0.128/26\nsplit-pool-3   10.0.0.192/26\n"));
    }

    [Test]
    public async Task A_report_gives_back_exactly_what_it_saw()
    {
        var (leaked, reused, kept) = (await _world.PlugAsync("a", "c1", "node-a"), await _world.PlugAsync("b", "c2", "node-a"), await _world.PlugAsync("c", "c3", "node-a"));
        foreach (var key in _world.Cluster.Keys("/calico/resources/v3/projectcalico.org/workloadendpoints/").ToList())
        {
            _world.Cluster.Store.Delete(key);
        }

        var file = _ctl.File("report.json", "");
        await _ctl.RunAsync($"ipam check -o {file}");
        var report = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        Assert.That((bool)report["allocations"]![leaked.ToString()]![0]!["inUse"]!, Is.True, "without Kubernetes nobody says that it is leaked");
        foreach (var address in new[] { leaked, reused })
        {
            report["allocations"]![address.ToString()]![0]!["inUse"] = false;
        }

        report["allocations"]![reused.ToString()]![0]!["sequenceNumber"] = 1;
        await File.WriteAllTextAsync(file, report.ToJsonString());
        Assert.That(await _ctl.OutputAsync($"ipam release --from-report={file}"), Does.StartWith("Released 1 addresses and 0 empty handles; 1 addresses were kept"));
        Assert.That((_world.IsAllocated(leaked), _world.IsAllocated(reused), _world.IsAllocated(kept)), Is.EqualTo((false, true, true)));

        report["clusterGUID"] = "another";
        await File.WriteAllTextAsync(file, report.ToJsonString());
        Assert.That(await _ctl.RunAsync($"ipam release --from-report={file}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("another cluster"));
    }

    [Test]
    public async Task Leaked_addresses_are_taken_back_only_with_the_word_of_the_node()
    {
        var (leaked, used) = (await _world.PlugAsync("gone", "c1", "node-a"), await _world.PlugAsync("also-gone", "c2", "node-a"));
        var alive = await _world.PlugAsync("alive", "c3", "node-b");
        _world.AddPod("alive", "node-b", alive.ToString());
        _world.Crash("gone", "c1");
        using var stop = new CancellationTokenSource();
        var answering = AnswerAsync(stop.Token);

        var text = await CheckAsync(repairs: false);
        Assert.That(text.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(text.Out, Does.Contain("2 problems are left").And.Contain($"leaked (PodGone): {leaked} of pod shop/gone"));
        text = await CheckAsync(repairs: true);
        Assert.That(text.Out, Does.Contain($"taken back: leaked (PodGone): {leaked}").And.Contain($"kept: leaked (PodGone): {used}").And.Contain("node node-a uses it: cali0 is there").And.Contain("1 problems are left"));
        Assert.That((_world.IsAllocated(leaked), _world.IsAllocated(used), _world.IsAllocated(alive)), Is.EqualTo((false, true, true)));
        await stop.CancelAsync();
        await answering;
    }

    [Test]
    public async Task What_a_node_had_that_left_goes_at_once()
    {
        var leaked = await _world.PlugAsync("gone", "c1", "node-a");
        _world.Nodes.Remove("node-a");
        Assert.That((await CheckAsync(repairs: true)).Out, Does.Contain("taken back: leaked (NodeGone)").And.Contain("found no problems"));
        Assert.That(_world.IsAllocated(leaked), Is.False);
    }

    [Test]
    public async Task A_deleted_node_leaves_nothing_behind()
    {
        var address = await _world.PlugAsync("web", "c1", "node-a");
        await _ctl.OutputAsync("apply -f -", "kind: Node\nmetadata: {name: node-a}\nspec: {}\n");
        await _ctl.OutputAsync("delete node node-a");
        Assert.That(_world.IsAllocated(address), Is.False);
        Assert.That(_world.Cluster.Store.Contents().Keys.Where(key => key.Contains("node-a", StringComparison.Ordinal) || key.Contains("/ipam/v2/host/", StringComparison.Ordinal)), Is.Empty);
    }

    private async Task<(int Code, string Out)> CheckAsync(bool repairs)
    {
        using var text = new StringWriter();
        var host = new CommandHost(new CtlContext { Environment = _ctl.Environment, In = TextReader.Null, Out = text, Error = text, Time = TimeProvider.System, OpenStore = _ => _world.Cluster.Store });
        var leaks = new LeakFinder(_world.Cluster.Store, _world.Ipam, _world, TimeProvider.System);
        var code = await new IpamCheck(host, _world.Ipam, leaks, null).RunAsync(null, null, repairs, CancellationToken.None);
        return (code, text.ToString());
    }

    /// <summary>The agents of the nodes, until they are stopped.</summary>
    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _world.AnswerAsync();
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
