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
    private const int WarmUps = 5;

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
        var span = await UsualCallAsync(cluster);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => LaneAsync(new Random(seed + lane))));

        await TestContext.Out.WriteLineAsync($"{killed} of {2 * Pairs} calls were killed");
        Assert.That(killed, Is.InRange(Pairs / 5, (2 * Pairs) - 20), "the kills must hit calls at work, and leave some to their end");
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);

        async Task LaneAsync(Random random)
        {
            var caller = cluster.Caller();
            var conf = cluster.Conf();
            for (var pair = 0; pair < Pairs / Lanes; pair++)
            {
                await using var pod = await Pod.CreateAsync(cluster.Hosts[0], "pod");
                await KilledAsync(caller, "ADD", pod, conf, random);
                await KilledAsync(caller, "DEL", pod, conf, random);
                (await caller.DelAsync(pod, conf)).OrThrow();
            }
        }

        async Task KilledAsync(CniCaller caller, string verb, Pod pod, JsonObject conf, Random random)
        {
            var outcome = await caller.CallAsync(verb, pod, conf, span * random.NextDouble());
            if (outcome.WasKilled)
            {
                Interlocked.Increment(ref killed);
            }
        }
    }

    /// <summary>A third more than a call usually takes when as many run at once as in the test, so that the kills are spread over all of it.</summary>
    private static async Task<TimeSpan> UsualCallAsync(Cluster cluster)
    {
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async _ =>
        {
            var elapsed = new List<TimeSpan>();
            for (var round = 0; round < WarmUps; round++)
            {
                await using var pod = await Pod.CreateAsync(cluster.Hosts[0], "warmup");
                elapsed.Add((await cluster.Caller().AddAsync(pod, cluster.Conf())).OrThrow().Elapsed);
                elapsed.Add((await cluster.Caller().DelAsync(pod, cluster.Conf())).OrThrow().Elapsed);
            }

            return elapsed;
        }));
        return lanes.SelectMany(lane => lane).Order().ElementAt(Lanes * WarmUps) * 4 / 3;
    }
}
