using System.Diagnostics;
using System.Globalization;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Faults;

/// <summary>
/// Pods start and stop while etcd is away, with their policy; afterwards the store says what lives. OUTAGE_PAIRS (default 20) ADDs and DELs in OUTAGE_SECONDS
/// (default 0: one after the other).
/// </summary>
[Parallelizable]
internal sealed class OutageTests
{
    private const int AtOnce = 2;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private PolicyCluster _policy = null!;

    private Cluster Cluster => _policy.Cluster;

    private AgentProcess Agent => Cluster.Agents[0];

    [SetUp]
    public async Task Start()
    {
        _policy = await PolicyCluster.StartAsync(1, "NFT", ("CALICO_RESERVE", "8"));
        foreach (var space in (string[])["open", "closed", "guests"])
        {
            await _policy.CommitAsync(Put(Namespace(space)));
        }

        await _policy.CommitAsync(
            Put(GlobalPolicy("of-guests", Of("guests"), ingress: [AllowOf("open", isSource: true)], egress: [AllowOf("open", isSource: false)])),
            Put(GlobalPolicy("of-open", Of("open"), ingress: [AllowOf("guests", isSource: true)])));
    }

    [TearDown]
    public async Task Stop() => await _policy.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Pods_come_and_go_with_their_policy_while_etcd_is_away_and_then_the_store_says_what_lives(bool frozen)
    {
        var (pairs, seconds) = (Number("OUTAGE_PAIRS", 20), Number("OUTAGE_SECONDS", 0));
        var (open, closed) = (await _policy.AddPodAsync("open", "open"), await _policy.AddPodAsync("closed", "closed"));
        var leaver = await PodAsync("leaver");
        await AddAsync(leaver);
        await _policy.ConnectAsync();
        await Wait.UntilAsync(() => Task.FromResult(Reserve("iPv4") >= 8 && Reserve("iPv6") >= 8), Settling, () => $"a full reserve: {Agent.Status()}");
        var guests = new List<Pod> { await PodAsync("guest-0"), await PodAsync("guest-1") };

        await (frozen ? _policy.Etcd.FreezeAsync() : _policy.Etcd.KillAsync());
        var began = Stopwatch.GetTimestamp();
        (await Cluster.Caller().DelAsync(leaver, Cluster.Conf())).OrThrow();
        var (wrong, slowest) = (new List<string>(), TimeSpan.Zero);
        for (var done = 0; done < pairs; done += AtOnce)
        {
            guests = [.. guests.Select(guest => guest.WithNewContainer())];
            var added = await Task.WhenAll(guests.Select(AddAsync));
            slowest = added.Select(one => one.Elapsed).Append(slowest).Max();
            wrong.AddRange(Judge(guests, added, open, closed));
            await Task.WhenAll(guests.Select(async guest => (await Cluster.Caller().DelAsync(guest, Cluster.Conf())).OrThrow()));
            await Task.Delay(TimeSpan.FromSeconds(seconds) * AtOnce / pairs);
        }

        var stayer = await PodAsync("stayer");
        var stays = await AddAsync(stayer);
        await TestContext.Out.WriteLineAsync($"{pairs} pairs in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s without etcd, slowest ADD {slowest.TotalMilliseconds:F0} ms");
        Assert.That(wrong, Is.Empty);
        Assert.That((await Cluster.Caller().StatusAsync(Cluster.Conf())).Succeeded, Is.True);

        if (!frozen)
        {
            await KillTheAgentAsync(stayer, stays, open);
        }

        await (frozen ? _policy.Etcd.ThawAsync() : _policy.Etcd.StartAsync());
        await Wait.UntilAsync(() => Task.FromResult(Reserve("journal") == 0), Settling, () => $"an empty journal: {Agent.Status()} {string.Join('\n', Agent.Log)}");
        await AssertStoreSaysWhatLivesAsync(stayer, stays);
        Assert.That(Judge([stayer], [stays], open, closed), Is.Empty);
    }

    [Test]
    public async Task A_pod_that_only_the_journal_knows_loses_no_packet_while_the_store_is_told()
    {
        var open = await _policy.AddPodAsync("open", "open");
        await Wait.UntilAsync(() => Task.FromResult(Reserve("iPv4") >= 8), Settling, () => $"a full reserve: {Agent.Status()}");
        await _policy.Etcd.KillAsync();
        var guest = await PodAsync("guest");
        await AddAsync(guest);
        await using var ping = Reachability.StartPing(guest.Namespace, open.Address4, 0.02);
        await Task.Delay(500);
        await _policy.Etcd.StartAsync();
        await Wait.UntilAsync(() => Task.FromResult(Reserve("journal") == 0), Settling, () => $"an empty journal: {Agent.Status()}");
        await Task.Delay(1000);
        var (sent, received) = await ping.StopAsync();
        Assert.That(sent - received, Is.LessThanOrEqualTo(1), $"{received} of {sent} answered");
        Assert.That(sent, Is.GreaterThan(50));
    }

    /// <summary>A new agent in the midst of the outage: what runs goes on, pods can be stopped, a start is put off, and nobody goes past the journal.</summary>
    private async Task KillTheAgentAsync(Pod stayer, CniOutcome stays, Actor open)
    {
        var late = await PodAsync("late");
        await Agent.KillAsync();
        var aside = await Cluster.Caller().DelAsync(late, Cluster.Conf());
        Assert.That(aside.ErrorCode, Is.EqualTo(11), aside.ToString());
        Assert.That(aside.ErrorMessage, Does.Contain("outage.journal").And.Contain("start calico-agent"));
        await Agent.RestartAsync();
        var again = await Cluster.Caller().AddAsync(stayer, Cluster.Conf());
        Assert.That(again.OrThrow().Addresses, Is.EqualTo(stays.Addresses), "the same container, the same addresses");
        Assert.That((await Cluster.Caller().AddAsync(late, Cluster.Conf())).ErrorCode, Is.EqualTo(11), "nobody could bring its policy into the kernel");
        (await Cluster.Caller().DelAsync(late, Cluster.Conf())).OrThrow();
        Assert.That(await Reachability.PingAsync(stayer.Namespace, open.Address4), Is.True);
    }

    private async Task AssertStoreSaysWhatLivesAsync(Pod stayer, CniOutcome stays)
    {
        Assert.That(await Cluster.ProblemsAsync(), Is.Empty);
        var audit = await StoreAudit.ReadAsync(_policy.Etcd);
        Assert.That(audit.Endpoints, Has.Count.EqualTo(3), string.Join(' ', audit.Endpoints.Select(endpoint => endpoint.Key)));
        Assert.That(audit.Endpoints.Single(endpoint => endpoint.ContainerId == stayer.ContainerId).Addresses, Is.EquivalentTo(stays.Addresses));
        var check = await Cluster.Hosts[0].Namespace.Enter(new Command(Binaries.Ctl, "ipam", "check")
        {
            Environment = new Dictionary<string, string> { ["ETCD_ENDPOINTS"] = _policy.Etcd.EndpointText },
        }).RunAsync();
        Assert.That(check.OrThrow().Stdout, Does.Contain("found no problems"));
        (await Cluster.Caller().CheckAsync(stayer, Cluster.Conf().With(("prevResult", stays.Result.DeepClone())))).OrThrow();
    }

    private List<string> Judge(IReadOnlyList<Pod> guests, IReadOnlyList<CniOutcome> added, Actor open, Actor closed)
    {
        var wrong = new List<string>();
        foreach (var (pod, outcome) in guests.Zip(added))
        {
            var guest = new Actor(pod.Name, pod.Namespace, outcome.Address(IpFamily.IPv4), outcome.Address(IpFamily.IPv6));
            var probes = (from family in Families
                          from other in new[] { open, closed }
                          from pair in new[] { (From: other, To: guest), (From: guest, To: other) }
                          select (Expected: other == open, Probe: new Probe(
                              pair.From.Place,
                              pair.To.Place,
                              new Packet(pair.From.Address(family), pair.To.Address(family), 6, Random.Shared.Next(1024, 65_536), pair.To == guest ? 81 : 80)))).ToList();
            var arrived = _policy.Prober.Send([.. probes.Select(one => one.Probe)]);
            wrong.AddRange(probes.Where((one, index) => one.Expected != arrived[index] && !(one.Expected && ArrivesSoon(one.Probe)))
                .Select(one => $"{pod}: {one.Probe.Packet} {(one.Expected ? "was lost" : "arrived")}"));
        }

        return wrong;
    }

    /// <summary>On a busy machine a neighbour may be slow to answer. That the very first packet arrives is FirstPacketTests' to show.</summary>
    private bool ArrivesSoon(Probe probe)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
        {
            if (_policy.Prober.Arrives(probe))
            {
                TestContext.Out.WriteLine($"{probe.Packet} arrived {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms after the first that was lost");
                return true;
            }
        }

        return false;
    }

    private async Task<Pod> PodAsync(string name)
    {
        var pod = await Cluster.KubernetesPodAsync(name, "guests");
        _policy.Prober.Open(pod.Namespace);
        return pod;
    }

    private async Task<CniOutcome> AddAsync(Pod pod) => (await Cluster.Caller().AddAsync(pod, Cluster.Conf())).OrThrow();

    private int Reserve(string field) => (int?)Agent.Status()?["reserve"]?[field] ?? -1;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    private static string Of(string space) => $"projectcalico.org/namespace == '{space}'";

    private static PolicyRule AllowOf(string space, bool isSource)
    {
        var entity = new EntityRule { Selector = Of(space) };
        return isSource ? Allow with { Source = entity } : Allow with { Destination = entity };
    }
}
