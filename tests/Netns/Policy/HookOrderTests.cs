using System.Diagnostics;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>
/// What stands before our rules decides before policy. With the refresh switched off nothing but the look at the hooks puts them back in their place.
/// </summary>
internal sealed class HookOrderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private PolicyCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        _cluster = await PolicyCluster.StartAsync(1, "NFT", ("FELIX_IPTABLESREFRESHINTERVAL", "0"));
        await _cluster.CommitAsync(Put(Namespace("shop")));
    }

    [OneTimeTearDown]
    public async Task StopCluster() => await _cluster.DisposeAsync();

    [TestCase("iptables-nft", "FORWARD", "-I FORWARD 1 -m comment --comment theirs -j ACCEPT", TestName = "A rule that comes before ours in FORWARD stands behind them soon")]
    [TestCase("ip6tables-nft", "FORWARD", "-I FORWARD 1 -m comment --comment theirs -j ACCEPT", TestName = "A rule that comes before ours in FORWARD of IPv6 stands behind them soon")]
    [TestCase("iptables-nft", "INPUT", "-I INPUT 1 -m comment --comment theirs -j ACCEPT", TestName = "A rule that comes before ours in INPUT stands behind them soon")]
    [TestCase("iptables-nft", "FORWARD", "-D FORWARD -j cali-FORWARD", TestName = "A hook that was deleted is back soon")]
    [TestCase("iptables-nft", "FORWARD", "-F FORWARD", TestName = "Hooks that were flushed are back soon")]
    public async Task Hooks_return_to_their_place(string tool, string chain, string tampering)
    {
        var host = _cluster.Hosts[0].Namespace;
        var wished = await OursAsync(tool, chain);
        Assert.That(wished, Is.Not.Empty);
        (await host.RunAsync(tool, tampering.Split(' '))).OrThrow();
        var clock = Stopwatch.StartNew();
        await Wait.UntilAsync(
            async () => (await RulesAsync(tool, chain))[0].Contains("cali-", StringComparison.Ordinal) && (await OursAsync(tool, chain)).SequenceEqual(wished),
            Patience,
            () => $"{chain} to begin with our rules: {string.Join("; ", RulesAsync(tool, chain).Result)}; {string.Join('\n', _cluster.Cluster.Agents[0].Log)}");
        TestContext.Out.WriteLine($"in place again after {clock.ElapsedMilliseconds} ms");
    }

    private async Task<IReadOnlyList<string>> OursAsync(string tool, string chain) => [.. (await RulesAsync(tool, chain)).Where(rule => rule.Contains("cali-", StringComparison.Ordinal))];

    private async Task<string[]> RulesAsync(string tool, string chain) =>
        [.. (await _cluster.Hosts[0].Namespace.RunAsync(tool, "-S", chain)).OrThrow().Stdout.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal)), ""];
}
