using System.Globalization;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>The agent is killed again and again: what it wrote stays, and its successor writes nothing that is there. RESTARTS sets how often (default 20).</summary>
[TestFixture("NFT")]
[TestFixture("Legacy")]
internal sealed class RestartTests(string backend)
{
    private const double PingInterval = 0.01;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    [Test]
    public async Task The_agent_killed_and_restarted_loses_no_packet_and_resets_no_stream()
    {
        await using var cluster = await PolicyCluster.StartAsync(2, backend);
        var (here, there) = (await cluster.AddPodAsync("here", "shop"), await cluster.AddPodAsync("there", "shop", host: 1));
        await cluster.ConnectAsync();
        await cluster.CommitAsync(
            Put(Namespace("shop")),
            Put(GlobalPolicy("open", "projectcalico.org/namespace == 'shop'", ingress: [AllowTcp(7001), DenyTcp(7002), Allow], egress: [Allow])));
        await using var stream = await RunningStream.OpenAsync(here.Place, there.Place, there.Address4, 7001);
        await using var ping4 = Reachability.StartPing(here.Place, there.Address4, PingInterval);
        await using var ping6 = Reachability.StartPing(here.Place, there.Address6, PingInterval);
        using var done = new CancellationTokenSource();
        var talk = TalkAsync(stream, done.Token);
        var rules = await cluster.RulesAsync(cluster.Hosts[0]);

        var restarts = int.TryParse(Environment.GetEnvironmentVariable("RESTARTS"), CultureInfo.InvariantCulture, out var set) ? set : 20;
        for (var i = 0; i < restarts; i++)
        {
            var agent = cluster.Cluster.Agents[i % 2];
            await agent.KillAsync();
            await agent.RestartAsync();
            await cluster.CommitAsync(Put(Namespace($"round-{i % 3}")));
        }

        await done.CancelAsync();
        var (exchanged, broken) = await talk;
        var lost = new[] { await ping4.StopAsync(), await ping6.StopAsync() };
        await TestContext.Out.WriteLineAsync($"{restarts} restarts: {exchanged} exchanges on the stream, pings {string.Join(", ", lost)}");
        Assert.That(broken, Is.False, "the stream");
        // The request under way when ping is told to stop has no answer yet.
        Assert.That(lost, Is.All.Matches<(int Sent, int Received)>(ping => ping.Sent - ping.Received <= 1 && ping.Sent > restarts));
        Assert.That(WithoutCounters(await cluster.RulesAsync(cluster.Hosts[0])), Is.EqualTo(WithoutCounters(rules)));
    }

    private static async Task<(int Exchanged, bool Broken)> TalkAsync(RunningStream stream, CancellationToken done)
    {
        var number = 0;
        while (!done.IsCancellationRequested)
        {
            if (!await stream.PassesAsync(++number, Answer))
            {
                return (number, true);
            }

            await Task.Delay(2, CancellationToken.None);
        }

        return (number, false);
    }

    private static IEnumerable<string> WithoutCounters(string rules) =>
        rules.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) || line.StartsWith("add", StringComparison.Ordinal)).Order();
}
