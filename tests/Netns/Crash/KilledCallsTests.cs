using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Crash;

/// <summary>A runtime that is killed kills its plugin at any instant. Whatever was half done, DEL cleans it up.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class KilledCallsTests(bool throughAgent)
{
    private const int Pairs = 200;
    private const int Lanes = 4;

    [Test]
    public async Task Nothing_is_left_of_200_killed_pairs()
    {
        await using var cluster = throughAgent ? await Cluster.StartAsync(1) : await Cluster.StartWithoutAgentsAsync(1);
        if (!throughAgent)
        {
            await Seed.ReadyClusterAsync(cluster.Etcd);
        }

        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var killed = 0;
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => LaneAsync(new Random(seed + lane))));

        await TestContext.Out.WriteLineAsync($"{killed} of {2 * Pairs} calls were killed");
        Assert.That(killed, Is.InRange(Pairs / 5, (2 * Pairs) - 20), "the kills must hit calls at work, and leave some to their end");
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);

        async Task LaneAsync(Random random)
        {
            var caller = cluster.Caller();
            var conf = cluster.Conf();
            await using var netns = await Pod.CreateAsync(cluster.Hosts[0], "lane");
            for (var pair = 0; pair < Pairs / Lanes; pair++)
            {
                // The namespace is used again, as kubelet does when it restarts a sandbox; the container is a new one.
                var pod = netns.WithNewContainer();
                await KilledAsync(caller, "ADD", pod, conf, random);
                await KilledAsync(caller, "DEL", pod, conf, random);
                (await caller.DelAsync(pod, conf)).OrThrow();
            }
        }

        async Task KilledAsync(CniCaller caller, string verb, Pod pod, JsonObject conf, Random random)
        {
            var outcome = await caller.CallAsync(verb, pod, conf, TimeSpan.FromMilliseconds(random.Next(throughAgent ? 15 : 40)));
            if (outcome.WasKilled)
            {
                Interlocked.Increment(ref killed);
            }
        }
    }
}
