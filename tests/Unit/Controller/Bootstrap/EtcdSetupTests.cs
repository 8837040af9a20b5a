using Calico.Controller.Bootstrap;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Controller.Bootstrap;

/// <summary>The set-up against an API server.</summary>
internal sealed class EtcdSetupTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private FakeKubernetes _server = null!;
    private KubernetesClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _server = new FakeKubernetes();
        _client = _server.Client();
        foreach (var secret in new[] { EtcdNames.CaSecret, EtcdNames.ServerSecret, EtcdNames.ClientSecret })
        {
            _server.Put(KubernetesKinds.Secrets, $$"""{"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "kube-system", "name": "{{secret}}" } }""");
        }

        _server.Put(KubernetesKinds.ConfigMaps, """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "kube-system", "name": "calico-etcd"}}""");
        _server.Put(KubernetesKinds.Services, """{"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "kube-system", "name": "calico-etcd"}, "spec": {"clusterIPs": ["10.96.7.7"]}}""");
        _server.Put(KubernetesKinds.DaemonSets, """{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"namespace": "kube-system", "name": "calico-etcd"}}""");
        _server.Put(
            KubernetesKinds.Nodes,
            """{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1", "labels": {"of": "somebody"}}, "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}]}}""");
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_cluster_is_set_up_and_left_alone_from_then_on()
    {
        var reconciler = Reconciler();
        Assert.That(await reconciler.RunAsync(isInstalled: true, default), Is.EqualTo(6));
        Assert.That(await reconciler.RunAsync(isInstalled: true, default), Is.Zero);
        Assert.That(_server.Find(KubernetesKinds.ConfigMaps, "kube-system", "calico-etcd")!.Data.Keys, Is.EquivalentTo(new[] { "members", "endpoints", "node1.yaml" }));
        Assert.That(_server.Find(KubernetesKinds.Secrets, "kube-system", "calico-etcd-secrets")!.Data.Keys, Is.EquivalentTo(new[] { "etcd-ca", "etcd-cert", "etcd-key" }));
        var labels = _server.Find(KubernetesKinds.Nodes, "", "node1")!.Metadata.Labels;
        Assert.That(labels, Is.EqualTo(new Dictionary<string, string> { ["of"] = "somebody", ["projectcalico.org/etcd"] = "member" }));
    }

    [Test]
    public async Task Two_that_decide_at_once_agree_on_the_members()
    {
        // The other one was first, between this one's look and its write.
        _server.Fail(request => request.Method == "PATCH" && request.Path.EndsWith("configmaps/calico-etcd", StringComparison.Ordinal), new KubernetesFault.Refuse(409, "Conflict"));
        Assert.That(async () => await Reconciler().RunAsync(isInstalled: true, default), Throws.InstanceOf<KubernetesException>());
        Assert.That(_server.Find(KubernetesKinds.Secrets, "kube-system", EtcdNames.CaSecret)!.Data, Is.Empty, "nothing is made for members that another may have chosen differently");
    }

    [Test]
    public void A_missing_object_is_named()
    {
        _server.Remove(KubernetesKinds.Secrets, "kube-system", EtcdNames.CaSecret);
        Assert.That(async () => await Reconciler().RunAsync(isInstalled: true, default), Throws.InstanceOf<BootstrapException>().With.Message.Contains("Secret kube-system/calico-etcd-ca"));
    }

    [Test]
    public async Task The_label_goes_with_the_daemon_set()
    {
        using var stop = new CancellationTokenSource(Deadline);
        var running = new EtcdSetup(_client, "kube-system", NullLogger.Instance, TimeProvider.System).RunAsync(stop.Token);
        await UntilAsync(() => IsLabelled, stop.Token);
        _server.Remove(KubernetesKinds.DaemonSets, "kube-system", "calico-etcd");
        await UntilAsync(() => !IsLabelled, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }

    private bool IsLabelled => _server.Find(KubernetesKinds.Nodes, "", "node1")!.Metadata.Labels.ContainsKey("projectcalico.org/etcd");

    private BootstrapReconciler Reconciler() => new(_client, "kube-system", NullLogger.Instance, TimeProvider.System);

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await Task.Delay(20, cancellationToken);
        }
    }
}
