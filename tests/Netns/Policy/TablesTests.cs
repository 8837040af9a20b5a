using System.Globalization;
using System.Text.RegularExpressions;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>The kernel's tables belong to others too, and to nobody alone: what we write, what we leave, what we put right.</summary>
[TestFixture("NFT")]
[TestFixture("Legacy")]
internal sealed partial class TablesTests(string backend)
{
    private const string InShop = "projectcalico.org/namespace == 'shop'";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private PolicyCluster _cluster = null!;
    private Actor _here = null!;
    private Actor _neighbour = null!;

    private string Tool => backend == "NFT" ? "iptables-nft" : "iptables-legacy";

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await PolicyCluster.StartAsync(1, backend, ("FELIX_IPTABLESREFRESHINTERVAL", "1"));
        _here = await _cluster.AddPodAsync("here", "shop");
        _neighbour = await _cluster.AddPodAsync("neighbour", "lab");
        await _cluster.ConnectAsync();
        await _cluster.CommitAsync(Put(Namespace("shop")), Put(Namespace("lab")), Put(OfLab(7000)), Put(GlobalPolicy("of-shop", InShop, egress: [Allow])));
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [Test]
    public async Task A_change_of_one_policy_rewrites_no_chain_that_it_does_not_concern()
    {
        await _cluster.ZeroCountersAsync();
        var probe = new Probe(_here.Place, _neighbour.Place, new Packet(_here.Address4, _neighbour.Address4, 17, 20_000, 53));
        _cluster.Prober.Send([.. Enumerable.Range(0, 10).Select(i => probe with { Packet = probe.Packet with { SourcePort = 20_000 + i } })]);
        var before = await CountedAsync();
        Assert.That(before.Keys, Has.Some.Contains("cali-fw-").And.Some.Contains("cali-po-").And.Some.Contains("dispatch"));

        await _cluster.CommitAsync(Put(OfLab(7001)));

        // What the change concerns is the policy's own chain; a chain that was written anew would count from zero again.
        var after = await CountedAsync();
        var lost = before.Where(rule => !rule.Key.StartsWith("-A cali-pi-", StringComparison.Ordinal) && after.GetValueOrDefault(rule.Key) < rule.Value);
        Assert.That(lost, Is.Empty);
        await _cluster.CommitAsync(Put(OfLab(7000)));
    }

    [Test]
    public async Task Rules_of_others_stay_as_they_are()
    {
        var host = _cluster.Hosts[0].Namespace;
        foreach (var words in new[]
        {
            "-t filter -N THEIRS", "-t filter -A THEIRS -s 192.0.2.1/32 -j ACCEPT", "-t filter -I FORWARD -d 192.0.2.0/24 -j THEIRS",
            "-t filter -A FORWARD -s 192.0.2.9/32 -j DROP", "-t nat -A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE",
            "-t mangle -A PREROUTING -s 192.0.2.3/32 -j RETURN", "-t raw -A OUTPUT -d 192.0.2.4/32 -j ACCEPT",
        })
        {
            (await host.RunAsync(Tool, words.Split(' '))).OrThrow();
        }

        (await host.RunAsync("ipset", "create", "theirs", "hash:ip")).OrThrow();
        (await host.RunAsync("ipset", "add", "theirs", "192.0.2.77")).OrThrow();
        var theirs = await TheirsAsync();
        Assert.That(theirs, Has.Count.GreaterThanOrEqualTo(7));

        await _cluster.CommitAsync(Put(OfLab(7002)));
        await _cluster.Cluster.Agents[0].KillAsync();
        await _cluster.Cluster.Agents[0].RestartAsync();
        await _cluster.CommitAsync(Put(OfLab(7000)));

        Assert.That(await TheirsAsync(), Is.EqualTo(theirs));
        Assert.That((await host.RunAsync("ipset", "save", "theirs")).Stdout, Does.Contain("192.0.2.77"));
    }

    [TestCase("-F cali-FORWARD")]
    [TestCase("-D FORWARD -j cali-FORWARD")]
    [TestCase("-t raw -F cali-PREROUTING")]
    [TestCase("-t filter -F")]
    [TestCase("-t filter -I cali-FORWARD -j ACCEPT")]
    public async Task What_others_did_to_our_rules_is_put_right(string tampering)
    {
        await _cluster.ProgrammedAsync(await _cluster.Etcd.CommitAsync([Put(OfLab(7000))]));
        var wished = await OursAsync();
        await _cluster.Hosts[0].Namespace.RunAsync(Tool, tampering.Split(' '));
        Assert.That(await OursAsync(), Is.Not.EqualTo(wished), "something was done");

        Assert.That(await Wait.ForAsync(async () => (await OursAsync()).SequenceEqual(wished), Settling), Is.True, string.Join('\n', await OursAsync()));
    }

    [Test]
    public async Task An_ip_set_that_others_changed_is_put_right()
    {
        var host = _cluster.Hosts[0].Namespace;
        var set = (await host.RunAsync("ipset", "list", "-n")).Stdout.Split('\n').First(name => name.StartsWith("cali40_", StringComparison.Ordinal));
        var wished = (await host.RunAsync("ipset", "save", "-sorted", set)).Stdout;
        (await host.RunAsync("ipset", "flush", set)).OrThrow();
        (await host.RunAsync("ipset", "add", set, "192.0.2.66")).OrThrow();

        Assert.That(await Wait.ForAsync(async () => (await host.RunAsync("ipset", "save", "-sorted", set)).Stdout == wished, Settling), Is.True);
    }

    private static Resource<GlobalNetworkPolicySpec> OfLab(int port) =>
        GlobalPolicy("of-lab", "projectcalico.org/namespace == 'lab'", ingress: [AllowTcp(port), Allow with { Source = new EntityRule { Selector = InShop } }]);

    /// <summary>How many packets each rule of the filter table has counted, but for those that counted none.</summary>
    private async Task<Dictionary<string, long>> CountedAsync()
    {
        var lines = (await _cluster.Hosts[0].Namespace.RunAsync($"{Tool}-save", "-c", "-t", "filter")).Stdout.Split('\n');
        return lines.Where(line => line.StartsWith('[') && !line.StartsWith("[0:", StringComparison.Ordinal) && line.Contains("cali-", StringComparison.Ordinal))
            .ToDictionary(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..], line => long.Parse(line[1..line.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
    }

    private async Task<IReadOnlyList<string>> OursAsync() =>
        [.. (await LinesAsync()).Where(line => line.Contains("cali-", StringComparison.Ordinal)).Select(line => Counters().Replace(line, ""))];

    private async Task<IReadOnlyList<string>> TheirsAsync() =>
        [.. (await LinesAsync()).Where(line => line.Contains("192.0.2.", StringComparison.Ordinal) || line.Contains("THEIRS", StringComparison.Ordinal))];

    private async Task<string[]> LinesAsync() => (await _cluster.Hosts[0].Namespace.RunAsync($"{Tool}-save")).Stdout.Split('\n');

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Counters();
}
