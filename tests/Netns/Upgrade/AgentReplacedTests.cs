using Calico.Tests.Rig;

namespace Calico.Tests.Netns.Upgrade;

/// <summary>The agent is stopped, started and replaced while a runtime goes on adding and deleting pods.</summary>
internal sealed class AgentReplacedTests
{
    private const int Pairs = 200;
    private const int Lanes = 4;

    [Test]
    public async Task All_of_200_adds_and_dels_succeed_while_agents_come_and_go()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var done = 0;
        var lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync()));
        var (agent, socket) = (cluster.Agents[0], cluster.Hosts[0].AgentSocket);
        var refused = 0;
        while (!lanes.IsCompleted)
        {
            await agent.TerminateAsync();
            await using (var other = new OtherVersionAgent(socket))
            {
                await Task.Delay(400);
                refused += other.Refused;
            }

            File.Delete(socket);
            await agent.RestartAsync();
            await Task.Delay(400);
            await agent.KillAsync();
            await Task.Delay(200);
            await agent.RestartAsync();
        }

        var failures = (await lanes).SelectMany(lane => lane).ToArray();
        await TestContext.Out.WriteLineAsync($"{done} calls, {refused} of them answered by an agent of another version");
        Assert.That(failures, Is.Empty);
        Assert.That(done, Is.EqualTo(2 * Pairs));
        Assert.That(refused, Is.GreaterThan(0), "some calls must have met the agent of another version");
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);

        async Task<List<string>> LaneAsync()
        {
            var found = new List<string>();
            for (var pair = 0; pair < Pairs / Lanes; pair++)
            {
                await using var pod = await Pod.CreateAsync(cluster.Hosts[0], "pod");
                foreach (var verb in (string[])["ADD", "DEL"])
                {
                    var outcome = await cluster.Caller().CallAsync(verb, pod, cluster.Conf());
                    Interlocked.Increment(ref done);
                    if (!outcome.Succeeded)
                    {
                        found.Add($"{verb} {pair}: {outcome}");
                    }
                }
            }

            return found;
        }
    }

    [Test]
    public async Task What_lives_through_a_replacement_is_what_the_store_says()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var pods = await cluster.PodsAsync(20);
        var restarts = Task.Run(async () =>
        {
            await cluster.Agents[0].KillAsync();
            await cluster.Agents[0].RestartAsync();
        });
        foreach (var pod in pods)
        {
            (await cluster.Caller().AddAsync(pod, cluster.Conf())).OrThrow();
        }

        await restarts;
        foreach (var pod in pods.Take(10))
        {
            (await cluster.Caller().DelAsync(pod, cluster.Conf())).OrThrow();
        }

        Assert.That(await cluster.ProblemsAsync(), Is.Empty);
        Assert.That(await cluster.Hosts[0].Kernel.PodDevicesAsync(), Has.Count.EqualTo(10));
    }
}
