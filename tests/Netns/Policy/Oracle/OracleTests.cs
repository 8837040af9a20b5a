using System.Globalization;
using System.Text;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Tests.Netns.Ctl;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>
/// Random policies, random packets: what becomes of each packet in the kernel is what <see cref="PolicyEvaluator"/> says. CASES sets how
/// many packets are sent (default 2,000 for each back end, and up to twice as many until each kind of rule has decided about one), QUESTIONS about how many
/// of them the published <c>calicoctl why</c> is asked, too (default 60; its evaluator is asked about all), SEED repeats a run.
/// </summary>
[TestFixture("NFT", "Drop")]
[TestFixture("Legacy", "Accept")]
internal sealed class OracleTests(string backend, string hostAction)
{
    private const int PacketsOfAWorld = 80;

    // Of so many of each those are taken that show what was not shown yet.
    private const int PacketsToChooseFrom = 600;
    private const int WorldsToChooseFrom = 6;
    private const int DefaultCases = 2000;
    private const int WorstShown = 5;

    private const int DefaultQuestions = 60;
    private static readonly TimeSpan WhyBound = TimeSpan.FromSeconds(10);
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
        var cases = Setting("CASES") ?? DefaultCases;
        await TestContext.Out.WriteLineAsync($"SEED={seed} CASES={cases}");
        var pods = await _cluster.EndpointsAsync();
        var tally = new Tally();
        var questions = Setting("QUESTIONS") ?? DefaultQuestions;
        var why = new WhyInterrogation(_cluster, hostAction) { ProgramQuestions = questions, Every = Math.Max(1, cases / questions) };
        var coverage = new Coverage();
        for (var round = 0; tally.Cases < cases || (coverage.Missing.Count > 0 && tally.Cases < cases * 2); round++)
        {
            var dice = new Dice(HashCode(seed, round));
            var (world, chosen, _) = Dice.Times(WorldsToChooseFrom, () => Next(dice, pods, coverage)).MaxBy(next => next.Worth);
            await _cluster.EnterAsync(world);
            await _cluster.ForgetConnectionsAsync();
            await why.ReadAsync();
            var (wrong, contradictions) = await JudgeAsync(chosen, tally, coverage, why);
            if (wrong.Count > 0)
            {
                Assert.Fail(await ReportAsync($"SEED={seed}, round {round}", world, wrong));
            }

            Assert.That(contradictions, Is.Empty, $"SEED={seed}, round {round}: 'calicoctl why' says otherwise than the kernel and the evaluator");
        }

        await TestContext.Out.WriteLineAsync($"{tally}\n{why}\n{coverage}");
        Assert.That(why.Longest, Is.LessThan(WhyBound));
        Assert.That(cases < DefaultCases ? [] : coverage.Missing, Is.Empty, "kinds of rules that decided about no packet of this run");
        Assert.That(tally.Allowed, Is.InRange(tally.Cases / 10, tally.Cases * 9 / 10), "both fates happen");
    }

    private (PolicySnapshot World, List<Case> Chosen, int Worth) Next(Dice dice, IReadOnlyList<Resource<WorkloadEndpointSpec>> pods, Coverage coverage)
    {
        HostInterface[] hosts = [.. _cluster.Hosts.Select(host => new HostInterface(host.NodeName, "eth0", [host.Address4.Address, host.Address6.Address]))];
        var world = new RandomWorld(dice, _actors, pods, hosts).Next() with { Host = new HostSettings { WorkloadsReachTheirHost = hostAction != "Drop" } };
        var journey = new PacketJourney(world);
        var all = new RandomPackets(dice, _actors, world).Next(PacketsToChooseFrom).ConvertAll(probe =>
        {
            var verdicts = journey.Of(probe.Packet);
            return new Case(probe, verdicts, Coverage.Of(world, probe.Packet, verdicts));
        });
        var chosen = all.OrderByDescending(one => coverage.Worth(one.Shows)).Take(PacketsOfAWorld).ToList();
        return (world, chosen, coverage.Worth(chosen.SelectMany(one => one.Shows).Distinct()));
    }

    private async Task<(List<(Case Case, bool Arrived)> Wrong, List<string> Contradictions)> JudgeAsync(List<Case> cases, Tally tally, Coverage coverage, WhyInterrogation why)
    {
        var arrived = _cluster.Prober.Send([.. cases.Select(one => one.Probe)]);
        cases.ForEach(one => tally.Add(one.Verdicts));
        cases.ForEach(one => coverage.Add(one.Shows));
        var contradictions = new List<string?>();
        for (var i = 0; i < cases.Count; i++)
        {
            var (from, to, packet) = (ActorAt(cases[i].Probe.From), ActorAt(cases[i].Probe.To), cases[i].Probe.Packet);
            contradictions.Add(why.Contradiction(from, to, packet, arrived[i], byName: i % 2 == 0));
            contradictions.Add(await why.ProgramContradictionAsync(from, to, packet, arrived[i]));
        }

        return ([.. cases.Select((one, index) => (Case: one, Arrived: arrived[index])).Where(one => one.Case.IsAllowed != one.Arrived)], [.. contradictions.OfType<string>()]);
    }

    /// <summary>What is needed to find the fault: the packets, who should have decided, which rules one of them met, and the world.</summary>
    private async Task<string> ReportAsync(string run, PolicySnapshot world, List<(Case Case, bool Arrived)> wrong)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{run}, {backend}: {wrong.Count} packets met another fate.");
        foreach (var (one, arrived) in wrong.Take(WorstShown))
        {
            var verdicts = string.Join("\n   ", one.Verdicts);
            text.AppendLine(CultureInfo.InvariantCulture, $"{(arrived ? "ARRIVED" : "LOST")}: {NameOf(one.Probe.From)} -> {NameOf(one.Probe.To)} {one.Probe.Packet}\n   {verdicts}");
        }

        await _cluster.ForgetConnectionsAsync();
        await _cluster.ZeroCountersAsync();
        var again = _cluster.Prober.Arrives(wrong[0].Case.Probe);
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

    private string NameOf(NetworkNamespace place) => ActorAt(place).Name;

    private Actor ActorAt(NetworkNamespace place) => _actors.First(actor => actor.Place == place);

    private static int HashCode(int seed, int round) => unchecked((seed * 397) ^ round);

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <param name="Shows">The kinds of rules, see <see cref="Coverage"/>.</param>
    private sealed record Case(Probe Probe, IReadOnlyList<EndpointVerdict> Verdicts, HashSet<string> Shows)
    {
        public bool IsAllowed => Verdicts.All(verdict => verdict.Allowed);
    }

    /// <summary>What was met: a run that never met a profile, or the end of a tier, has not shown much.</summary>
    private sealed class Tally
    {
        private readonly SortedDictionary<string, int> _reasons = [];

        public int Cases { get; private set; }

        public int Allowed { get; private set; }

        public void Add(IReadOnlyList<EndpointVerdict> verdicts)
        {
            Cases++;
            Allowed += verdicts.All(verdict => verdict.Allowed) ? 1 : 0;
            foreach (var end in verdicts)
            {
                var reason = $"{end.Reason} {(end.Allowed ? "allows" : "denies")}";
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
        }

        public override string ToString() =>
            $"{Cases} packets, {Allowed} of them to arrive; {string.Join(", ", _reasons.Select(pair => $"{pair.Key} {pair.Value}"))}";
    }
}
