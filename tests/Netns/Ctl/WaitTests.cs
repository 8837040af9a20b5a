using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Ctl;

/// <summary>The published <c>calicoctl wait</c> and two real agents.</summary>
[Parallelizable]
internal sealed class WaitTests
{
    private PolicyCluster _cluster = null!;

    [SetUp]
    public async Task Start()
    {
        _cluster = await PolicyCluster.StartAsync(2, "NFT");
        await _cluster.AddPodAsync("web", "shop", 0);
        await _cluster.AddPodAsync("db", "shop", 1);
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    [Test]
    public async Task It_returns_when_the_kernels_have_the_policy_and_leaves_no_key()
    {
        var revision = await _cluster.Etcd.CommitAsync([Put(GlobalPolicy("web", "all()", ingress: [AllowTcp(80)]))]);
        var outcome = (await CtlAsync("wait", "globalnetworkpolicy/web")).OrThrow();
        Assert.That(outcome.Stdout, Does.StartWith($"GlobalNetworkPolicy default.web: programmed on 2 nodes (revision {revision}, "));
        foreach (var host in _cluster.Hosts)
        {
            Assert.That(await _cluster.RulesAsync(host), Does.Contain("cali-pi-gnp/default.web").Or.Contain("default.web"), "at once, without waiting any more");
        }

        Assert.That(await _cluster.Etcd.ReadAsync("/calico/wait/"), Is.Empty);
    }

    [Test]
    public async Task A_frozen_agent_is_named_when_the_time_is_over_and_waited_for_when_it_goes_on()
    {
        await SignalAsync("STOP");
        try
        {
            await _cluster.Etcd.CommitAsync([Put(GlobalPolicy("web", "all()", ingress: [AllowTcp(80)]))]);
            var late = await CtlAsync("wait", "gnp/web", "--timeout", "3s");
            Assert.That(late.ExitCode, Is.EqualTo(5), late.Stdout + late.Stderr);
            Assert.That(late.Stderr, Does.Contain("programmed on 1 of 2 nodes").And.Contain($"{_cluster.Hosts[1].NodeName} did not answer"));
            Assert.That(late.Stderr, Does.Not.Contain($"{_cluster.Hosts[0].NodeName} "), "it answered");
        }
        finally
        {
            await SignalAsync("CONT");
        }

        (await CtlAsync("wait", "gnp/web", "--timeout", "20s")).OrThrow();
        await _cluster.Etcd.CommitAsync([Delete(GlobalPolicy("web", "all()"))]);
        (await CtlAsync("wait", "gnp/web", "--deleted")).OrThrow();
        Assert.That(await _cluster.RulesAsync(_cluster.Hosts[1]), Does.Not.Contain("default.web"));
    }

    private async Task SignalAsync(string signal) =>
        await new Command("kill", $"-{signal}", _cluster.Cluster.Agents[1].Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)).OutputAsync();

    private Task<CommandOutcome> CtlAsync(params string[] arguments) => _cluster.Hosts[0].Namespace.Enter(new Command(Binaries.Ctl, arguments)
    {
        Environment = new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = _cluster.Etcd.EndpointText },
    }).RunAsync();
}
