using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;

namespace Calico.Tests.Netns.Faults;

/// <summary>etcd dies, hangs or restarts: the runtime is told to try again, in time, and nothing is left behind.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable]
internal sealed class StoreFaultTests(bool throughAgent)
{
    /// <summary>kubelet gives a sandbox four minutes; we answer long before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Without_etcd_an_add_is_told_to_try_again(bool frozen)
    {
        await using var cluster = await Cluster.StartAsync(1);
        var (pod, conf) = (await cluster.PodAsync(), Conf(cluster));
        await (frozen ? cluster.Etcd.FreezeAsync() : cluster.Etcd.KillAsync());

        var add = await cluster.Caller().AddAsync(pod, conf);
        var status = await cluster.Caller().StatusAsync(conf);

        Assert.That(add.ErrorCode, Is.EqualTo(11), add.ToString());
        Assert.That(add.Elapsed, Is.LessThan(Patience));
        Assert.That(add.ErrorMessage, Does.Contain("172.18.255.1"), "the message names the store");
        Assert.That(status.ErrorCode, Is.EqualTo(50), status.ToString());
        await (frozen ? cluster.Etcd.ThawAsync() : cluster.Etcd.StartAsync());
        (await cluster.Caller().AddAsync(pod, conf)).OrThrow();
        (await cluster.Caller().StatusAsync(conf)).OrThrow();
        (await cluster.Caller().DelAsync(pod, conf)).OrThrow();
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task A_del_without_etcd_fails_and_can_be_repeated()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var (pod, conf) = (await cluster.PodAsync(), Conf(cluster));
        (await cluster.Caller().AddAsync(pod, conf)).OrThrow();
        await cluster.Etcd.KillAsync();

        Assert.That((await cluster.Caller().DelAsync(pod, conf)).ErrorCode, Is.EqualTo(11), "the address is not released, so it must not look so");

        await cluster.Etcd.StartAsync();
        (await cluster.Caller().DelAsync(pod, conf)).OrThrow();
        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    [Test]
    public async Task Etcd_restarted_amid_adds_loses_and_leaks_nothing()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var conf = Conf(cluster);
        var pods = await cluster.PodsAsync(30);
        var adds = pods.Select(async (pod, number) =>
        {
            await Task.Delay(20 * number);
            return await cluster.Caller().AddAsync(pod, conf);
        }).ToArray();
        await Task.Delay(150);
        await cluster.Etcd.KillAsync();
        await Task.Delay(200);
        await cluster.Etcd.StartAsync();

        var outcomes = await Task.WhenAll(adds);
        Assert.That(outcomes.Select(outcome => outcome.ErrorCode), Is.All.EqualTo(0).Or.EqualTo(11), string.Join('\n', outcomes.Select(outcome => outcome.ToString())));
        foreach (var pod in pods)
        {
            (await cluster.Caller().AddAsync(pod, conf)).OrThrow();
        }

        Assert.That(await cluster.ProblemsAsync(), Is.Empty);
        foreach (var pod in pods)
        {
            (await cluster.Caller().DelAsync(pod, conf)).OrThrow();
        }

        Assert.That(await cluster.LeftoversAsync(), Is.Empty);
    }

    private JsonObject Conf(Cluster cluster) => throughAgent ? cluster.Conf() : cluster.Conf().WithoutAgent();
}
