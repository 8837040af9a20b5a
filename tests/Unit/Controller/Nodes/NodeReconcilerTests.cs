using Calico.Controller.Nodes;
using Calico.Controller.Reconciling;
using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Resources;
using Calico.Store.Kubernetes;
using Calico.Tests.Unit.Ipam;

namespace Calico.Tests.Unit.Controller.Nodes;

internal sealed class NodeReconcilerTests
{
    private static readonly ReconcilerKind Kind = NodeReconciler.Kind;
    private ControllerFixture _fixture = null!;

    [SetUp]
    public void Start()
    {
        _fixture = new ControllerFixture();
        _fixture.Store.Put(
            EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"),
            """{"kind":"ClusterInformation","apiVersion":"projectcalico.org/v3","metadata":{"name":"default"},"spec":{"clusterGUID":"guid","datastoreReady":true}}""");
        _fixture.Store.Put(
            EtcdKeys.Resource(ResourceKind.IpPool, "pool"),
            """{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"pool"},"spec":{"cidr":"10.0.0.0/16"}}""");
        foreach (var node in new[] { "node-a", "node-b" })
        {
            _fixture.Api.Put(KubernetesKinds.Nodes, $$$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{{node}}}}","labels":{"zone":"{{{{node}}}}"}}}""");
            _fixture.Store.Put(
                EtcdKeys.Resource(ResourceKind.Node, node), $$$$"""{"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{{{node}}}}"},"spec":{"bgp":{"ipv4Address":"172.18.0.1/24"}}}""");
        }
    }

    [TearDown]
    public async Task Stop() => await _fixture.DisposeAsync();

    [Test]
    public async Task Labels_and_the_name_in_Kubernetes_arrive()
    {
        await _fixture.StartedAsync(Kind);
        await _fixture.StoredAsync(EtcdKeys.Resource(ResourceKind.Node, "node-a"), node =>
            (string?)node["metadata"]!["labels"]?["zone"] == "node-a" && (string?)node["spec"]!["orchRefs"]?[0]?["nodeName"] == "node-a");
        _fixture.Api.Put(KubernetesKinds.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a","labels":{"rack":"1"}}}""");
        await _fixture.StoredAsync(EtcdKeys.Resource(ResourceKind.Node, "node-a"), node =>
            (string?)node["metadata"]!["labels"]?["rack"] == "1" && node["metadata"]!["labels"]!["zone"] is null);
    }

    [Test]
    public async Task A_node_that_was_deleted_leaves_nothing_behind()
    {
        await PlugAsync("web", "c1", "node-a");
        await PlugAsync("db", "c2", "node-b");
        await _fixture.StartedAsync(Kind);
        await _fixture.StoredAsync(EtcdKeys.Resource(ResourceKind.Node, "node-a"), node => node["spec"]!["orchRefs"] is not null);
        _fixture.Api.Remove(KubernetesKinds.Nodes, "", "node-a");
        await _fixture.GoneAsync(EtcdKeys.Resource(ResourceKind.Node, "node-a"));
        Assert.That(_fixture.Store.Contents().Where(entry => entry.Key.Contains("node-a", StringComparison.Ordinal) || entry.Value.Contains("node-a", StringComparison.Ordinal)), Is.Empty);
        Assert.That(_fixture.Store.Contents().Keys.Where(key => key.StartsWith(EtcdKeys.Handles, StringComparison.Ordinal)), Is.EqualTo(new[] { EtcdKeys.Handle("net.c2") }));
        Assert.That(StoreInvariants.Violation(_fixture.Store.Contents()), Is.Null);
    }

    [Test]
    public async Task A_plain_host_stays()
    {
        _fixture.Store.Put(EtcdKeys.Resource(ResourceKind.Node, "bare"), """{"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"bare"},"spec":{}}""");
        await _fixture.StartedAsync(Kind);
        await _fixture.SettledAsync();
        Assert.That(_fixture.Stored(EtcdKeys.Resource(ResourceKind.Node, "bare")), Is.Not.Null);
    }

    private async Task PlugAsync(string pod, string container, string node)
    {
        using var ipam = new IpamClient(_fixture.Store);
        await ipam.AssignAsync(new AssignRequest(new WorkloadIdentity("k8s", "shop", pod, container, "eth0", "net"), node), CancellationToken.None);
    }
}
