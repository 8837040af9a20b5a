using Calico.Agent.Kubernetes;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Kubernetes;

/// <summary>When an agent that is told to end cleans its node up, and when it does not.</summary>
internal sealed class DaemonSetWatchTests
{
    private ScriptedApi _api = null!;
    private DaemonSetWatch _watch = null!;

    [SetUp]
    public void Arrange()
    {
        _api = new ScriptedApi();
        _watch = new DaemonSetWatch(_api, "kube-system", "calico-node", NullLogger.Instance, TimeProvider.System);
    }

    [Test]
    public async Task A_daemon_set_that_is_there_stays()
    {
        _api.Put(KubernetesKinds.DaemonSets, Own());
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Present));
    }

    [Test]
    public async Task One_that_was_seen_and_is_gone_is_gone()
    {
        _api.Put(KubernetesKinds.DaemonSets, Own());
        await LookAsync();
        _api.Delete(KubernetesKinds.DaemonSets, "kube-system", "calico-node");
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Gone));
    }

    [Test]
    public async Task One_that_is_about_to_go_is_gone()
    {
        _api.Put(KubernetesKinds.DaemonSets, Own());
        await LookAsync();
        _api.Put(KubernetesKinds.DaemonSets, Own(DateTimeOffset.UnixEpoch));
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Gone));
    }

    [Test]
    public async Task One_that_was_never_seen_is_not_gone_because_its_name_may_be_wrong() =>
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Unknown));

    [Test]
    public async Task One_that_was_made_again_stays()
    {
        _api.Put(KubernetesKinds.DaemonSets, Own());
        await LookAsync();
        _api.Delete(KubernetesKinds.DaemonSets, "kube-system", "calico-node");
        await LookAsync();
        _api.Put(KubernetesKinds.DaemonSets, Own());
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Present));
    }

    [Test]
    public async Task An_API_that_refuses_or_does_not_answer_changes_nothing()
    {
        _api.Put(KubernetesKinds.DaemonSets, Own());
        await LookAsync();
        _api.Failure = new KubernetesException("forbidden") { StatusCode = 403 };
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Present));
    }

    [Test]
    public async Task What_the_watch_told_counts_when_the_right_to_look_went_first()
    {
        using var stop = new CancellationTokenSource();
        _api.Put(KubernetesKinds.DaemonSets, Own());
        var running = _watch.RunAsync(stop.Token);
        await UntilAsync(DaemonSetSight.Present);
        _api.Delete(KubernetesKinds.DaemonSets, "kube-system", "calico-node");
        await UntilAsync(DaemonSetSight.Gone);
        _api.Failure = new KubernetesException("unauthorized") { StatusCode = 401 };
        Assert.That(await LookAsync(), Is.EqualTo(DaemonSetSight.Gone));
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }

    private Task<DaemonSetSight> LookAsync() => _watch.LookAsync(CancellationToken.None);

    private async Task UntilAsync(DaemonSetSight expected)
    {
        for (var tries = 0; _watch.Sight != expected; tries++)
        {
            Assert.That(tries, Is.LessThan(500), $"the watch does not tell {expected}");
            await Task.Delay(10);
        }
    }

    private static DaemonSet Own(DateTimeOffset? deletion = null) => new()
    {
        Metadata = new KubernetesMetadata { Namespace = "kube-system", Name = "calico-node", Uid = "d1", DeletionTimestamp = deletion },
    };
}
