using Calico.Agent.Kubernetes;
using Calico.Cni.Protocol;
using Calico.Ipam.Delegate;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Kubernetes;

internal sealed class PodDirectoryTests
{
    private static readonly PodReference Web = new("shop", "web-0", "u1");
    private ScriptedApi _api = null!;
    private PodDirectory _directory = null!;
    private CancellationTokenSource _stop = null!;
    private Task _running = null!;

    [SetUp]
    public void Arrange()
    {
        _api = new ScriptedApi();
        _api.Put(KubernetesKinds.Namespaces, new Namespace { Metadata = Meta("shop", labels: ("team", "a"), annotations: ("cni.projectcalico.org/ipv4pools", "[\"p\"]")) });
        _directory = new PodDirectory(_api, "node-a", NullLogger.Instance, TimeProvider.System);
        (_stop, _running) = (new CancellationTokenSource(), Task.CompletedTask);
    }

    [TearDown]
    public async Task End()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _stop.Dispose();
    }

    [Test]
    public async Task A_pod_that_was_seen_is_answered_without_a_read_also_while_the_API_is_away()
    {
        _api.Put(KubernetesKinds.Pods, Pod("u1", ("app", "web")));
        await FollowAsync(pods: 1);
        _api.Failure = ScriptedApi.Away;
        var found = await _directory.FindAsync(Web, CancellationToken.None);
        Assert.That(found.Labels["app"], Is.EqualTo("web"));
        Assert.That(found.ServiceAccount, Is.EqualTo("sa"));
        Assert.That(found.NamespaceLabels["team"], Is.EqualTo("a"));
        Assert.That(found.NamespaceAnnotations.Keys, Is.EqualTo(new[] { "cni.projectcalico.org/ipv4pools" }));
        Assert.That(_api.Reads, Is.Zero);
    }

    [Test]
    public async Task A_pod_that_was_not_seen_is_read_once()
    {
        await FollowAsync(pods: 0);
        _api.Put(KubernetesKinds.Pods, Pod("u1", ("app", "web")), isTold: false);
        Assert.That((await _directory.FindAsync(Web, CancellationToken.None)).Labels["app"], Is.EqualTo("web"));
        Assert.That(_api.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Before_anything_was_seen_pod_and_namespace_are_read()
    {
        _api.Put(KubernetesKinds.Pods, Pod("u1"));
        Assert.That((await _directory.FindAsync(Web, CancellationToken.None)).NamespaceLabels["team"], Is.EqualTo("a"));
        Assert.That(_api.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task A_new_pod_of_a_stateful_set_never_gets_the_labels_of_the_old_one()
    {
        _api.Put(KubernetesKinds.Pods, Pod("u0", ("generation", "old")));
        await FollowAsync(pods: 1);
        _api.Put(KubernetesKinds.Pods, Pod("u1", ("generation", "new")), isTold: false);
        Assert.That((await _directory.FindAsync(Web, CancellationToken.None)).Labels["generation"], Is.EqualTo("new"));
    }

    [Test]
    public async Task A_pod_that_another_has_replaced_is_refused()
    {
        _api.Put(KubernetesKinds.Pods, Pod("u2"));
        await FollowAsync(pods: 1);
        var failure = await FailureAsync();
        Assert.That(failure.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(failure.Message, Does.Contain("shop/web-0").And.Contain("u2"));
    }

    [Test]
    public async Task A_runtime_that_tells_no_UID_gets_the_pod_of_the_name()
    {
        _api.Put(KubernetesKinds.Pods, Pod("u1", ("app", "web")));
        await FollowAsync(pods: 1);
        Assert.That((await _directory.FindAsync(Web with { Uid = "" }, CancellationToken.None)).Labels["app"], Is.EqualTo("web"));
    }

    [Test]
    public async Task A_static_pod_is_known_by_the_UID_that_its_runtime_tells()
    {
        var pod = Pod("mirror");
        _api.Put(KubernetesKinds.Pods, pod with { Metadata = pod.Metadata with { Annotations = Map(("kubernetes.io/config.mirror", "u1")) } });
        await FollowAsync(pods: 1);
        Assert.That((await _directory.FindAsync(Web, CancellationToken.None)).ServiceAccount, Is.EqualTo("sa"));
    }

    [Test]
    public async Task An_unknown_pod_while_the_API_is_away_is_error_11_that_names_the_pod()
    {
        await FollowAsync(pods: 0);
        _api.Failure = ScriptedApi.Away;
        var failure = await FailureAsync();
        Assert.That(failure.Code, Is.EqualTo(CniErrorCode.TryAgainLater));
        Assert.That(failure.Message, Does.Contain("shop/web-0").And.Contain("does not answer"));
    }

    [Test]
    public async Task A_pod_that_does_not_exist_is_error_11() =>
        Assert.That((await FailureAsync()).Message, Does.Contain("knows no pod shop/web-0"));

    [Test]
    public async Task Pods_that_ended_or_have_the_hosts_network_are_not_kept()
    {
        var pod = Pod("u1");
        _api.Put(KubernetesKinds.Pods, pod);
        await FollowAsync(pods: 1);
        _api.Put(KubernetesKinds.Pods, pod with { Status = new PodStatus { Phase = "Succeeded" } });
        _api.Put(KubernetesKinds.Pods, Pod("u9") with { Metadata = Meta("agent") with { Namespace = "shop" }, Spec = new PodSpec { HostNetwork = true } });
        await UntilAsync(() => _directory.Count.Pods == 0);
    }

    [Test]
    public void Named_and_forwarded_ports_are_the_endpoints_of_sidecars_too()
    {
        var pod = Pod("u1") with
        {
            Spec = new PodSpec
            {
                Containers = [new PodContainer { Ports = [new ContainerPort { Name = "http", Port = 80 }, new ContainerPort { Port = 81 }, new ContainerPort { Port = 82, HostPort = 8082, Protocol = "UDP" }] }],
                InitContainers =
                [
                    new PodContainer { Ports = [new ContainerPort { Name = "early", Port = 1 }] },
                    new PodContainer { RestartPolicy = "Always", Ports = [new ContainerPort { Name = "side", Port = 2 }] },
                ],
            },
        };
        Assert.That(PodFacts.Of(pod).Metadata.Ports.Select(port => (port.Name, port.Protocol, port.Port, port.HostPort)), Is.EqualTo(new[]
        {
            ("http", "TCP", 80, (int?)null), ("", "UDP", 82, 8082), ("side", "TCP", 2, null),
        }));
    }

    private async Task FollowAsync(int pods)
    {
        _running = _directory.RunAsync(_stop.Token);
        await UntilAsync(() => _directory.Count == (pods, 1));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.That(tries, Is.LessThan(500), "the directory does not get there");
            await Task.Delay(10);
        }
    }

    private async Task<CniException> FailureAsync() =>
        (await Assert.ThrowsAsync<CniException>(() => _directory.FindAsync(Web, CancellationToken.None)))!;

    private static Pod Pod(string uid, params (string, string)[] labels) => new()
    {
        Metadata = Meta("web-0") with { Namespace = "shop", Uid = uid, Labels = Map(labels) },
        Spec = new PodSpec { NodeName = "node-a", ServiceAccountName = "sa" },
    };

    private static KubernetesMetadata Meta(string name, (string, string)? labels = null, (string, string)? annotations = null) => new()
    {
        Name = name,
        Labels = labels is { } label ? Map(label) : Map(),
        Annotations = annotations is { } annotation ? Map(annotation, ("other/note", "x")) : Map(),
    };

    private static Dictionary<string, string> Map(params (string Key, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Key, pair => pair.Value);
}
