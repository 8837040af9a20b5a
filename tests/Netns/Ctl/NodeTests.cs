using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Ctl;

/// <summary><c>calicoctl</c> on a host with a real agent and a real BIRD.</summary>
[Parallelizable]
internal sealed class NodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Cluster _cluster = null!;
    private AgentProcess _agent = null!;

    [SetUp]
    public async Task Start()
    {
        _cluster = await Cluster.StartWithoutAgentsAsync(1);
        await Seed.ReadyClusterAsync(_cluster.Etcd);
        await Seed.PeerAsync(_cluster.Etcd, "nobody", new() { ["peerIP"] = "172.18.0.200", ["asNumber"] = 65001 });
        _agent = await _cluster.StartAgentAsync(_cluster.Hosts[0]);
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    [Test]
    public async Task Status_names_the_session_that_is_down_and_why_and_check_looks_at_routes()
    {
        var host = _cluster.Hosts[0];
        CommandOutcome status = null!;
        await Wait.UntilAsync(
            async () => (status = await CtlAsync("node", "status", "--run-dir", host.RunDirectory)).Stdout.Contains("172.18.0.200", StringComparison.Ordinal), Patience, () => status.Stdout + status.Stderr);
        Assert.That(status.OrThrow().Stdout, Does.StartWith("Calico process is running.").And.Contain("| start |"));

        var pod = await _cluster.PodAsync();
        var added = (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
        string[] check = ["ipam", "check", "--nodename-file", host.NodeNameFile];
        Assert.That((await CtlAsync(check)).OrThrow().Stdout, Does.Contain("2 addresses in use").And.Contain("found no problems"));

        await _agent.KillAsync();
        await host.Namespace.IpAsync($"route del {added.Address(IpFamily.IPv4)}");
        var outcome = await CtlAsync(check);
        Assert.That((outcome.ExitCode, outcome.Stdout.Contains($"{added.Address(IpFamily.IPv4)} of", StringComparison.Ordinal)), Is.EqualTo((1, true)), outcome.Stdout);
        Assert.That((await CtlAsync("node", "status", "--run-dir", host.RunDirectory)).Stdout, Does.StartWith("calico-agent does not run"));
    }

    private Task<CommandOutcome> CtlAsync(params string[] arguments) => _cluster.Hosts[0].Namespace.Enter(new Command(Binaries.Ctl, arguments)
    {
        Environment = new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = _cluster.Etcd.EndpointText },
    }).RunAsync();
}
