using System.Globalization;
using System.Text;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>
/// Random policies, random packets: what becomes of each packet in the kernel is what <see cref="PolicyEvaluator"/> says. CASES sets how
/// many packets are sent (default 2,000 for each back end), SEED repeats a run.
/// </summary>
[TestFixture("NFT", "Drop")]
[TestFixture("Legacy", "Accept")]
internal sealed class OracleTests(string backend, string hostAction)
{
    private const int PacketsOfAWorld = 80;
    private const int WorstShown = 5;
    private PolicyCluster _cluster = null!;
    private IReadOnlyList<Actor> _actors = [];

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await PolicyCluster.StartAsync(2, backend, ("FELIX_DEFAULTENDPOINTTOHOSTACTION", hostAction));
        foreach (var (name, space, host) in new[] { ("a", "shop", 0), ("b", "shop", 0), ("c", "lab", 0), ("d", "shop", 1), ("e", "lab", 1), ("f", "lab", 1) })
        {
            await _cluster.AddPodAsync(name, space, host);
        }

        await _cluster.ConnectAsync();
        _actors = [.. _cluster.Pods, .. _cluster.Pods, _cluster.HostActor(0), _cluster.HostActor(1), _cluster.Outside];
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task Every_packet_meets_the_fate_that_the_evaluator_says()
    {
        var seed = Setting("SEED") ?? Random.Shared.Next();
        var cases = Setting("CASES") ?? 2000;
        await TestContext.Out.WriteLineAsync($"SEED={seed} CASES={cases}");
        var pods = await _cluster.EndpointsAsync();
        var tally = new Tally();
        for (var round = 0; tally.Cases < cases; round++)
        {
            var dice = new Dice(HashCode(seed, round));
            var world = new RandomWorld(dice, _actors, pods).Next() with
            {
                Host = new HostSettings { WorkloadsReachTheirHost = hostAction != "Drop" },
                HostInterfaces = [.. _cluster.Hosts.Select(host => new HostInterface(host.NodeName, "eth0", [host.Address4.Address, host.Address6.Address]))],
            };
            await _cluster.EnterAsync(world);
            await _cluster.ForgetConnectionsAsync();
            var wrong = Judge(world, new RandomPackets(dice, _actors, world).Next(PacketsOfAWorld), tally);
            if (wrong.Count > 0)
            {
                Assert.Fail(await ReportAsync($"SEED={seed}, round {round}", world, wrong));
            }
        }

        await TestContext.Out.WriteLineAsync(tally.ToString());
        Assert.That(tally.Allowed, Is.InRange(tally.Cases / 10, tally.Cases * 9 / 10), "both fates happen");
    }

    private List<(Probe Probe, FlowVerdict Verdict, bool Arrived)> Judge(PolicySnapshot world, List<Probe> probes, Tally tally)
    {
        var oracle = new PolicyEvaluator(world);
        var arrived = _cluster.Prober.Send(probes);
        var judged = probes.Select((probe, index) => (Probe: probe, Verdict: oracle.Evaluate(probe.Packet), Arrived: arrived[index])).ToList();
        judged.ForEach(one => tally.Add(one.Verdict));
        return [.. judged.Where(one => one.Verdict.Allowed != one.Arrived)];
    }

    /// <summary>What is needed to find the fault: the packets, who should have decided, which rules one of them met, and the world.</summary>
    private async Task<string> ReportAsync(string run, PolicySnapshot world, List<(Probe Probe, FlowVerdict Verdict, bool Arrived)> wrong)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{run}, {backend}: {wrong.Count} packets met another fate.");
        foreach (var (probe, verdict, arrived) in wrong.Take(WorstShown))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{(arrived ? "ARRIVED" : "LOST")}: {NameOf(probe.From)} -> {NameOf(probe.To)} {probe.Packet}\n   {verdict}");
        }

        await _cluster.ForgetConnectionsAsync();
        await _cluster.ZeroCountersAsync();
        var again = _cluster.Prober.Arrives(wrong[0].Probe);
        text.AppendLine(CultureInfo.InvariantCulture, $"\nThe first of them sent again {(again ? "arrived" : "was lost")}. It met:");
        foreach (var host in _cluster.Hosts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"on {host}:\n{await _cluster.RulesMetAsync(host)}");
        }

        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"policy-mismatch-{backend}.txt");
        var objects = StoredObjects.Of(world).Select(pair => $"{pair.Key}\n{Encoding.UTF8.GetString(pair.Value)}");
        var kernels = new StringBuilder();
        foreach (var host in _cluster.Hosts)
        {
            kernels.AppendLine(CultureInfo.InvariantCulture, $"===== {host}\n{await _cluster.RulesAsync(host)}");
        }

        await File.WriteAllTextAsync(file, $"{text}\n===== the world\n{string.Join('\n', objects)}\n{kernels}");
        TestContext.AddTestAttachment(file);
        return text.AppendLine(CultureInfo.InvariantCulture, $"\nThe world and all rules: {file}").ToString();
    }

    private string NameOf(NetworkNamespace place) => _actors.First(actor => actor.Place == place).Name;

    private static int HashCode(int seed, int round) => unchecked((seed * 397) ^ round);

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>What was met: a run that never met a profile, or the end of a tier, has not shown much.</summary>
    private sealed class Tally
    {
        private readonly SortedDictionary<string, int> _reasons = [];

        public int Cases { get; private set; }

        public int Allowed { get; private set; }

        public void Add(FlowVerdict verdict)
        {
            Cases++;
            Allowed += verdict.Allowed ? 1 : 0;
            foreach (var end in new[] { verdict.Egress, verdict.Ingress }.OfType<EndpointVerdict>())
            {
                var reason = $"{end.Reason} {(end.Allowed ? "allows" : "denies")}";
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
        }

        public override string ToString() =>
            $"{Cases} packets, {Allowed} of them to arrive; {string.Join(", ", _reasons.Select(pair => $"{pair.Key} {pair.Value}"))}";
    }
}
