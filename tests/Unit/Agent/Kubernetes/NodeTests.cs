using Calico.Agent.Host;
using Calico.Agent.Kubernetes;
using Calico.Agent.Options;
using Calico.Agent.Startup;
using Calico.Model.Kubernetes;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Kubernetes;

internal sealed class NodeTests
{
    private static readonly HostInterface[] Host =
    [
        new("docker0", true, 1500, [InterfaceAddress.Parse("172.17.0.1/16")], []),
        new("eth0", true, 1500, [InterfaceAddress.Parse("10.0.0.5/24"), InterfaceAddress.Parse("fd00::5/64")], []),
        new("eth1", true, 1500, [InterfaceAddress.Parse("192.0.2.5/24")], [IpFamily.IPv4]),
    ];

    private static readonly DetectionMethod Default = new DetectionMethod.KubernetesInternalIp(IsDefault: true);
    private static readonly DetectionMethod Asked = DetectionMethod.Parse("kubernetes-internal-ip");

    [Test]
    public void The_address_is_the_one_that_the_kubelet_reported()
    {
        Assert.That(Best(Default, IpFamily.IPv4, Node("10.0.0.5", "fd00::5")), Is.EqualTo("10.0.0.5/24"));
        Assert.That(Best(Default, IpFamily.IPv6, Node("10.0.0.5", "fd00::5")), Is.EqualTo("fd00::5/64"));
    }

    [Test]
    public void Unless_it_was_asked_for_the_default_route_decides_where_no_interface_has_the_address()
    {
        Assert.That(Best(Default, IpFamily.IPv4, Node("203.0.113.1")), Is.EqualTo("192.0.2.5/24"));
        Assert.That(Best(Asked, IpFamily.IPv4, Node("203.0.113.1")), Is.Null);
    }

    [Test]
    public void Nothing_is_guessed_while_the_nodes_object_is_not_known() => Assert.That(Best(Default, IpFamily.IPv4, null), Is.Null);

    [TestCase("podSubnet: 10.244.0.0/16,fd00:10:244::/56", "10.9.0.0/24", IpFamily.IPv4, "10.244.0.0/16")]
    [TestCase("networking:\n  podSubnet: \"10.244.0.0/16,fd00:10:244::/56\"\n", "", IpFamily.IPv6, "fd00:10:244::/56")]
    [TestCase("", "10.244.3.0/24,fd00:10:244:3::/64", IpFamily.IPv4, "10.244.0.0/16")]
    [TestCase("", "10.244.3.0/24,fd00:10:244:3::/64", IpFamily.IPv6, "fd00:10:244::/56")]
    [TestCase("", "10.0.3.0/24", IpFamily.IPv4, null)]
    [TestCase("podSubnet: 10.0.0.0/16", "10.244.3.0/24", IpFamily.IPv4, null)]
    [TestCase("", "", IpFamily.IPv4, null)]
    [TestCase("serviceSubnet: 10.96.0.0/12", "10.244.3.0/24", IpFamily.IPv6, null)]
    public void The_default_pool_is_the_range_that_the_cluster_was_told(string kubeadm, string nodeCidrs, IpFamily family, string? expected) =>
        Assert.That(PodRange.Of(family, kubeadm, [nodeCidrs], [Cidr.Parse("10.0.0.0/24"), Cidr.Parse("10.96.0.1/32")])?.ToString(), Is.EqualTo(expected));

    [Test]
    public void The_stored_node_refers_to_the_one_of_Kubernetes_once()
    {
        var stored = NodeRecord.New("n", DateTimeOffset.UnixEpoch);
        stored = stored with { Spec = new NodeSpec { OrchRefs = [new OrchRef { Orchestrator = "other", NodeName = "x" }, new OrchRef { Orchestrator = "k8s", NodeName = "before" }] } };
        var once = NodeRecord.With(stored, null, null, null, "node-1");
        Assert.That(once.Spec.OrchRefs!.Select(reference => $"{reference.Orchestrator} {reference.NodeName}"), Is.EqualTo(new[] { "other x", "k8s node-1" }));
        Assert.That(NodeRecord.With(once, null, null, null, "node-1").Spec.OrchRefs, Is.SameAs(once.Spec.OrchRefs));
        Assert.That(NodeRecord.With(stored, null, null, null).Spec.OrchRefs, Is.SameAs(stored.Spec.OrchRefs));
    }

    [Test]
    public async Task A_node_that_Kubernetes_does_not_have_is_named()
    {
        var api = new ScriptedApi();
        var failure = await Assert.ThrowsAsync<StartupException>(() => Reader(api).ReadAsync(CancellationToken.None));
        Assert.That(failure!.Message, Does.Contain("node-1").And.Contain("CALICO_K8S_NODE_REF"));
    }

    [TestCase(0)]
    [TestCase(403)]
    public async Task An_API_that_does_not_answer_or_refuses_is_no_answer(int status)
    {
        var api = new ScriptedApi { Failure = new KubernetesException("no") { StatusCode = status, IsUnavailable = status == 0 } };
        Assert.That(await Reader(api).ReadAsync(CancellationToken.None), Is.Null);
        var failure = await Assert.ThrowsAsync<StartupException>(() => Reader(api).PodRangeAsync(IpFamily.IPv4, [], CancellationToken.None));
        Assert.That(failure!.IsTemporary, "a pool of a guessed range would stay");
    }

    [Test]
    public async Task The_condition_is_cleared_as_a_status_and_tried_again_after_a_failure()
    {
        var api = new ScriptedApi { Failure = ScriptedApi.Away };
        api.Put(KubernetesKinds.Nodes, Node("10.0.0.5"));
        var clearing = new NodeCondition(api, "node-1", NullLogger.Instance, TimeProvider.System).ClearAsync(CancellationToken.None);
        Assert.That(clearing.IsCompleted, Is.False);
        api.Failure = null;
        await clearing.WaitAsync(TimeSpan.FromSeconds(10));
        var patch = api.Patches.Single();
        Assert.That((patch.Type, patch.Subresource), Is.EqualTo((PatchType.Strategic, "status")));
        Assert.That(patch.Body["status"]!["conditions"]![0]!["status"]!.ToString(), Is.EqualTo("False"));
    }

    private static string? Best(DetectionMethod method, IpFamily family, KubernetesNode? node) =>
        AddressDetector.Rank(InternalAddress.Resolve(method, family, node, Host), family, Host, (_, _) => null) is [var best, ..] ? best.Address.ToString() : null;

    private static KubernetesNodeReader Reader(ScriptedApi api) => new(
        api, new KubernetesOptions { Kubeconfig = "", ServiceHost = "10.96.0.1", ServicePort = "443", NodeRef = "node-1" }, NullLogger.Instance, TimeProvider.System);

    private static KubernetesNode Node(params string[] internalIps) => new()
    {
        Metadata = new KubernetesMetadata { Name = "node-1" },
        Status = new KubernetesNodeStatus
        {
            Addresses = [new KubernetesNodeAddress { Type = "Hostname", Address = "node-1" }, .. internalIps.Select(ip => new KubernetesNodeAddress { Type = "InternalIP", Address = ip })],
        },
    };
}
