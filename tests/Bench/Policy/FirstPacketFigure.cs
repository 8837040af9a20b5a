using Calico.Tests.Bench.Measures;
using Calico.Tests.Bench.Spawn;
using Calico.Tests.Bench.Stage;
using Calico.Tests.Bench.Suites;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Policy;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>What an ADD pays for returning only when the pod's policy is in the kernel: with the wait and without it, in turn.</summary>
internal static class FirstPacketFigure
{
    private const double LimitMs = 30;
    private const int Policies = 1000;

    public static async Task<(IReadOnlyList<Series> Series, IReadOnlyList<Target> Targets)> RunAsync(int rounds, Action<string> progress)
    {
        await using var cluster = await PolicyCluster.StartAsync(2, "NFT");
        progress($"{Policies} policies, {rounds} pods for each way");
        await cluster.CommitAsync([Put(Namespace("shop")), Put(PolicyWorld.Policy("of-shop", "projectcalico.org/namespace == 'shop'", [Allow])), .. PolicyWorld.Policies(0, Policies)]);
        var contenders = new List<Contender>();
        foreach (var (name, host, timeout) in new[] { ("ADD returns at once", 0, 0), ("ADD waits for policy", 1, 30) })
        {
            var pods = new List<Pod>();
            for (var i = 0; i < rounds; i++)
            {
                pods.Add(await cluster.Cluster.KubernetesPodAsync($"pod-{host}-{i}", "shop", host));
            }

            contenders.Add(new Contender(name, cluster.Hosts[host], Binaries.Calico, cluster.Cluster.Conf(host).With(("policy_setup_timeout_seconds", timeout)), pods));
        }

        IReadOnlyList<Series> series = [];
        HostThread.Run(thread => series = new SequentialSuite(contenders, Method.Quick with { Rounds = rounds }).Run(thread));
        var (without, with) = (series[0].All[0], series[0].All[1]);
        return ([series[0]], [new Target("what the wait adds, median", with.Median - without.Median, LimitMs, "ms"), new Target("what the wait adds, p99", with.P99 - without.P99, LimitMs, "ms")]);
    }
}
