using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;

namespace Calico.Tests.Netns.Cni;

/// <summary>Whether the agent or calico-ipam allocates must not be told from the result, nor from the store.</summary>
[Parallelizable]
internal sealed partial class TwoWaysTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Agent_and_calico_ipam_give_the_same_result_and_the_same_store(bool kubernetes)
    {
        await using var cluster = await Cluster.StartAsync(1);
        // Both calls add the same container, after the block has been claimed by another one.
        var first = await cluster.PodAsync();
        (await cluster.Caller().AddAsync(first, cluster.Conf())).OrThrow();
        var pod = kubernetes ? await cluster.KubernetesPodAsync("web-0", "shop") : await cluster.PodAsync();

        var byAgent = await AddAndDeleteAsync(cluster, pod, new CniCaller(cluster.Hosts[0]) { PluginPath = "/nonexistent" }, cluster.Conf());
        var alone = await AddAndDeleteAsync(cluster, pod, cluster.Caller(), cluster.Conf().WithoutAgent());

        Assert.That(alone.Result, Is.EqualTo(byAgent.Result));
        Assert.That(alone.Added, Is.EqualTo(byAgent.Added));
        Assert.That(byAgent.Added, Has.Count.EqualTo(2), "a handle and an endpoint");
    }

    [Test]
    public async Task What_one_way_added_the_other_checks_and_deletes()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var conf = cluster.Conf();
        foreach (var (add, delete) in ((JsonObject, JsonObject)[])[(conf, conf.WithoutAgent()), (conf.WithoutAgent(), conf)])
        {
            var pod = await cluster.PodAsync();
            var result = (await cluster.Caller().AddAsync(pod, add)).Result;
            (await cluster.Caller().CheckAsync(pod, delete.With(("prevResult", result.DeepClone())))).OrThrow();
            var again = (await cluster.Caller().AddAsync(pod, delete)).Result;
            Assert.That(again.ToJsonString(), Is.EqualTo(result.ToJsonString()));
            (await cluster.Caller().DelAsync(pod, delete)).OrThrow();
        }

        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    private static async Task<(string Result, SortedDictionary<string, string> Added)> AddAndDeleteAsync(Cluster cluster, Pod pod, CniCaller caller, JsonObject conf)
    {
        var before = await cluster.Etcd.ReadAsync();
        var added = await caller.AddAsync(pod, conf);
        var result = added.Result.ToJsonString();
        var after = await cluster.Etcd.ReadAsync();
        (await caller.DelAsync(pod, conf)).OrThrow();

        var fresh = after.Where(pair => !before.ContainsKey(pair.Key) && !pair.Key.Contains("/profiles/", StringComparison.Ordinal));
        return (Neutral(result), new SortedDictionary<string, string>(fresh.ToDictionary(pair => pair.Key, pair => Neutral(pair.Value.Text)), StringComparer.Ordinal));

        string Neutral(string text) => TimePattern().Replace(UidPattern().Replace(
            added.Addresses.Aggregate(text, (current, address) => current.Replace(address.ToString(), $"<{address.Family}>", StringComparison.Ordinal)), "<uid>"), "<time>");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex UidPattern();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+Z")]
    private static partial Regex TimePattern();
}
