using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Agent;

/// <summary>Policy before packets: an ADD ends when the pod's rules are there, or says that they are not.</summary>
internal sealed class PolicyReadyTests
{
    private Cluster _cluster = null!;

    private Host Host => _cluster.Hosts[0];

    [SetUp]
    public async Task StartCluster() => _cluster = await Cluster.StartAsync(1);

    [TearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task When_add_returns_the_pods_chains_and_the_way_to_them_are_there()
    {
        for (var i = 0; i < 10; i++)
        {
            var pod = await _cluster.PodAsync();
            (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
            var device = $"cali{pod.ContainerId[..11]}";
            foreach (var tool in (string[])["iptables-save", "ip6tables-save"])
            {
                var rules = (await Host.Namespace.RunAsync(tool)).OrThrow().Stdout;
                Assert.That(rules, Does.Contain($"-A cali-fw-{device} ").And.Contain($"-i {device} -g cali-fw-{device}"), tool);
            }
        }
    }

    [Test]
    public async Task A_pod_talks_at_once()
    {
        var first = await _cluster.PodAsync();
        var there = (await _cluster.Caller().AddAsync(first, _cluster.Conf())).Address(IpFamily.IPv4);
        for (var i = 0; i < 10; i++)
        {
            var pod = await _cluster.PodAsync();
            (await _cluster.Caller().AddAsync(pod, _cluster.Conf())).OrThrow();
            Assert.That(await Reachability.PingOnceAsync(pod.Namespace, there), Is.True, $"the first packet of pod {i}");
        }
    }

    [Test]
    public async Task Rules_that_cannot_be_written_delay_an_add_for_a_bounded_time_and_the_pod_stays_closed()
    {
        await _cluster.Agents[0].TerminateAsync();
        // An agent whose tools refuse everything.
        var broken = Path.Combine(Host.RunDirectory, "broken");
        Directory.CreateDirectory(broken);
        foreach (var tool in (string[])["iptables-nft-save", "ip6tables-nft-save", "iptables-legacy-save", "ip6tables-legacy-save", "ipset"])
        {
            var path = Path.Combine(broken, tool);
            await File.WriteAllTextAsync(path, "#!/bin/sh\necho broken for the test >&2\nexit 4\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var agent = await _cluster.StartAgentAsync(Host, ("PATH", $"{broken}:/usr/sbin:/usr/bin:/sbin:/bin"));
        var pod = await _cluster.PodAsync();
        var added = await _cluster.Caller().AddAsync(pod, _cluster.Conf().With(("policy_setup_timeout_seconds", 2)));

        Assert.That(added.Succeeded, Is.True, added.ToString());
        Assert.That(added.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1.9)).And.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(string.Join('\n', agent.Log), Does.Contain("broken for the test"));
        var status = JsonNode.Parse((await agent.RunAsync("status", "-o", "json")).Stdout)!["agent"]!["policy"]!;
        Assert.That(status["failures"]!.ToJsonString(), Does.Contain("broken for the test"));
    }

    [Test]
    public async Task With_policy_off_nothing_is_written_and_status_says_so()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1);
        var agent = await cluster.StartAgentAsync(cluster.Hosts[0], ("CALICO_POLICY", "off"));
        (await cluster.Caller().AddAsync(await cluster.PodAsync(), cluster.Conf())).OrThrow();

        Assert.That((await cluster.Hosts[0].Namespace.RunAsync("iptables-save")).Stdout, Does.Not.Contain("cali-"));
        await Wait.UntilAsync(
            async () => (await agent.RunAsync("status")).Stdout.Contains("NOT enforced", StringComparison.Ordinal), TimeSpan.FromSeconds(10), () => "a status that says so");
    }
}
