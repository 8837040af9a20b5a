using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Crash;

/// <summary>100 pods at once, as when a node comes back: every ADD succeeds and no address is given twice.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class ParallelTests(bool throughAgent)
{
    private const int Pods = 100;

    [TestCase(1)]
    [TestCase(2)]
    public async Task All_of_100_adds_succeed_with_different_addresses(int hosts)
    {
        await using var cluster = throughAgent ? await Cluster.StartAsync(hosts) : await Cluster.StartWithoutAgentsAsync(hosts);
        if (!throughAgent)
        {
            await Seed.ReadyClusterAsync(cluster.Etcd);
        }

        var pods = new List<(Pod Pod, int Host)>();
        for (var number = 0; number < Pods; number++)
        {
            pods.Add((await cluster.PodAsync(number % hosts), number % hosts));
        }

        var added = await Task.WhenAll(pods.Select(pod => cluster.Caller(pod.Host).AddAsync(pod.Pod, cluster.Conf(pod.Host))));
        Assert.That(added.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.ToString()), Is.Empty);
        Assert.That(added.SelectMany(outcome => outcome.Addresses).ToList(), Has.Count.EqualTo(2 * Pods).And.Unique);
        Assert.That(await cluster.ProblemsAsync(), Is.Empty);
        Assert.That(await Reachability.PingAsync(pods[0].Pod.Namespace, added[hosts].Address(IpFamily.IPv4)), Is.True, "two pods of one host");

        var deleted = await Task.WhenAll(pods.Select(pod => cluster.Caller(pod.Host).DelAsync(pod.Pod, cluster.Conf(pod.Host))));
        Assert.That(deleted.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.ToString()), Is.Empty);
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Repeated_adds_of_one_container_at_once_give_one_address()
    {
        await using var cluster = throughAgent ? await Cluster.StartAsync(1) : await Cluster.StartWithoutAgentsAsync(1);
        if (!throughAgent)
        {
            await Seed.ReadyClusterAsync(cluster.Etcd);
        }

        var pod = await cluster.PodAsync();
        var first = await cluster.Caller().AddAsync(pod, cluster.Conf());
        JsonObject[] again = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await cluster.Caller().AddAsync(pod, cluster.Conf())).Output!));

        Assert.That((await cluster.Caller().AddAsync(pod, cluster.Conf())).Addresses, Is.EqualTo(first.Addresses));
        Assert.That(again.Where(output => output["ips"] is not null).Select(output => output.ToJsonString()), Is.All.EqualTo(first.Result.ToJsonString()));
        Assert.That(await cluster.ProblemsAsync(), Is.Empty);
    }
}
