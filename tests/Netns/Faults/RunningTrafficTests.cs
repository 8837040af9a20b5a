using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Faults;

/// <summary>The agent and BIRD die and come back while pods talk: the kernel forwards on, and no packet is lost.</summary>
[Parallelizable]
internal sealed class RunningTrafficTests
{
    private const double Interval = 0.02;
    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(30);
    private Cluster _cluster = null!;
    private Pod _here = null!;
    private IpAddress _there;

    [SetUp]
    public async Task StartPinging()
    {
        _cluster = await Cluster.StartAsync(2);
        _here = await _cluster.PodAsync(0);
        var there = await _cluster.PodAsync(1);
        (await _cluster.Caller(0).AddAsync(_here, _cluster.Conf(0))).OrThrow();
        _there = (await _cluster.Caller(1).AddAsync(there, _cluster.Conf(1))).Address(IpFamily.IPv4);
        await Wait.UntilAsync(() => Reachability.PingAsync(_here.Namespace, _there), Convergence, () => $"a first answer of {_there}");
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    [Test]
    public async Task The_agent_killed_and_restarted_loses_no_packet() => await LosesNothingAsync(async () =>
    {
        foreach (var agent in _cluster.Agents)
        {
            await agent.KillAsync();
            await Task.Delay(500);
            await agent.RestartAsync();
            await Task.Delay(2000);
        }
    });

    [Test]
    public async Task The_agent_stopped_and_restarted_loses_no_packet() => await LosesNothingAsync(async () =>
    {
        foreach (var agent in _cluster.Agents)
        {
            Assert.That(await agent.TerminateAsync(), Is.True, "SIGTERM ends the agent");
            Assert.That(agent.ExitCode, Is.Zero);
            await Task.Delay(500);
            await agent.RestartAsync();
            await Task.Delay(2000);
        }
    });

    [Test]
    public async Task Bird_killed_is_started_again_and_loses_no_packet() => await LosesNothingAsync(async () =>
    {
        foreach (var host in _cluster.Hosts)
        {
            var killed = await BirdAsync(host);
            await new Command("kill", "-KILL", killed).OutputAsync();
            await Wait.UntilAsync(async () => await BirdAsync(host) is { Length: > 0 } pid && pid != killed, Convergence, () => $"a new BIRD on {host}");
            await Task.Delay(2000);
        }

        await Wait.UntilAsync(
            async () => (await _cluster.Agents[0].RunAsync("status")).Stdout.Contains("Established", StringComparison.Ordinal),
            Convergence,
            () => "the session between the two new BIRDs");
    });

    [Test]
    public async Task Without_the_agent_pods_come_and_go_for_30_seconds()
    {
        await _cluster.Agents[0].KillAsync();
        var end = TimeProvider.System.GetTimestamp();
        var added = new List<Pod>();
        await LosesNothingAsync(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(end) < TimeSpan.FromSeconds(30))
            {
                var pod = await _cluster.PodAsync(0);
                (await _cluster.Caller(0).AddAsync(pod, _cluster.Conf(0))).OrThrow();
                added.Add(pod);
                if (added.Count % 2 == 0)
                {
                    (await _cluster.Caller(0).DelAsync(pod, _cluster.Conf(0))).OrThrow();
                }

                await Task.Delay(1000);
            }

            Assert.That(await Reachability.PingAsync(added[^2].Namespace, _there), Is.False, "nobody has brought this pod's policy into the kernel");
            await _cluster.Agents[0].RestartAsync();
        });
        Assert.That(added, Has.Count.GreaterThan(10));
        await Wait.UntilAsync(() => Reachability.PingAsync(added[0].Namespace, _there), Convergence, () => "the way of a pod that was added without an agent");
        Assert.That(await _cluster.ProblemsAsync(), Is.Empty);
    }

    private async Task LosesNothingAsync(Func<Task> trouble)
    {
        await using var ping = Reachability.StartPing(_here.Namespace, _there, Interval);
        await Task.Delay(500);
        await trouble();
        await Task.Delay(1000);
        var (sent, received) = await ping.StopAsync();
        await TestContext.Out.WriteLineAsync($"{received} of {sent} answered");
        // The request under way when ping is told to stop has no answer yet.
        Assert.That(sent - received, Is.LessThanOrEqualTo(1), $"{received} of {sent} answered");
        Assert.That(sent, Is.GreaterThan(50));
    }

    private static async Task<string> BirdAsync(Host host)
    {
        var pids = (await new Command("ip", "netns", "pids", host.Namespace.Name).OutputAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return pids.FirstOrDefault(pid => Name(pid) == "bird") ?? "";
    }

    private static string Name(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
