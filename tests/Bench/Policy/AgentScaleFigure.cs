using System.Diagnostics;
using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.PolicyScale;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Bench.Policy;

/// <summary>What the whole agent, as published, costs a node of a large cluster: etcd and the kernel are real, the other nodes are objects in etcd.</summary>
internal static class AgentScaleFigure
{
    private const int RemoteEndpoints = 100_000;
    private const int Policies = 10_000;
    private const double InSyncLimitSeconds = 10;
    private const double MemoryLimit = 150;
    private const double MemberLimitMs = 5;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int changes, bool uniqueLabels, Action<string> progress)
    {
        var feed = new ScaleFeed(RemoteEndpoints, Policies, uniqueLabels);
        // All of it stays in etcd's history, too.
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1, false, FabricShape.Flat, "--quota-backend-bytes", "8589934592");
        await Seed.ReadyClusterAsync(cluster.Etcd);
        progress($"{RemoteEndpoints} endpoints of other nodes and {Policies} policies go into etcd");
        var revision = await cluster.Etcd.CommitAsync(feed.All().Concat(feed.Policies()).Concat(feed.RemoteEndpoints()).Select(Put));
        var clock = Stopwatch.StartNew();
        var agent = cluster.LaunchAgent(cluster.Hosts[0], ("NODENAME", ScaleFeed.Node), ("FELIX_IPTABLESBACKEND", "NFT"));
        await agent.WaitUntilProgrammedAsync(revision);
        var inSync = clock.Elapsed.TotalSeconds;
        await Task.Delay(Settling);
        var first = ProcessMemory.Of(agent.Pid);
        var rules = await RulesAsync(cluster.Hosts[0]);
        progress($"in sync after {inSync:F2} s with {rules.Count} rules: {agent.Status()?["policy"]?.ToJsonString()}");

        var members = new Samples("one more endpoint elsewhere");
        for (var i = 0; i < changes; i++)
        {
            await agent.WaitUntilProgrammedAsync(await cluster.Etcd.CommitAsync([Put(feed.NewEndpoint(i))]));
            members.Add(TimeSpan.FromMilliseconds((double)agent.Status()!["policy"]!["applyMilliseconds"]!), TimeSpan.Zero);
        }

        var written = (await RulesAsync(cluster.Hosts[0])).Except(rules).Count();
        await Task.Delay(Settling);
        var last = ProcessMemory.Of(agent.Pid);
        return (
            [new Series("a member of a set: what the apply took", [members])],
            [
                new Target("from the agent's start until all is in the kernel", inSync, InSyncLimitSeconds, "s"),
                new Target("resident when in sync", first.Resident, MemoryLimit, "MiB"),
                new Target($"resident after {changes} changes", last.Resident, MemoryLimit, "MiB"),
                new Target("its share of pages (PSS) then", last.Proportional, MemoryLimit, "MiB"),
                new Target("most that was ever resident", last.PeakResident, MemoryLimit, "MiB"),
                new Target("a member of a set, median", members.Median, MemberLimitMs, "ms"),
                new Target("rules written for members of sets", written, 0, ""),
            ]);
    }

    private static async Task<HashSet<string>> RulesAsync(Host host)
    {
        var text = (await host.Namespace.RunAsync("iptables-nft-save")).OrThrow().Stdout;
        return [.. text.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal))];
    }

    private static KeyValuePair<string, byte[]?> Put((string Key, byte[] Value) pair) => new(pair.Key, pair.Value);
}
