using System.Text.Json.Nodes;
using Calico.Tests.Rig.Processes;
using Calico.Tests.System.Cluster;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Policies;

/// <summary>The administrator's policies, on a cluster that gets their kind while the controllers run.</summary>
internal sealed class ClusterNetworkPolicyTests
{
    private const string Definition = "clusternetworkpolicies.policy.networking.k8s.io";

    /// <summary>The controllers look for the kind every 30 s.</summary>
    private static readonly TimeSpan ToBeFollowed = TimeSpan.FromSeconds(90);

    private bool _isOurs;

    private static Kubectl Kubectl => ClusterSetUp.Cluster.Kubectl;

    [Test]
    public async Task An_Admin_policy_decides_before_a_NetworkPolicy_that_allows()
    {
        var cluster = ClusterSetUp.Cluster;
        await DefineAsync();
        await using var ns = await TestNamespace.CreateAsync("admin");
        var server = (await ns.RunAsync(PodSpecs.Server("server", cluster.Nodes[0]).As("server"), PodSpecs.Client("client", cluster.Nodes[^1])))[0];
        await ns.ApplyAsync(AllowAll());
        var (url, prober) = (RunningPod.At(server.Addresses[0], PodSpecs.Port), new Prober(ns, "client"));
        await prober.UntilAnsweredAsync(url, TimeSpan.FromSeconds(20));
        await Kubectl.ApplyAsync(DenyInto(ns.Name));
        try
        {
            await Wait.UntilAsync(async () => await prober.GetAsync(url, 1) is null, ToBeFollowed, () => $"the policy to close {url}");
        }
        finally
        {
            await Kubectl.RunAsync("delete", Definition, "calico-test-closed");
        }

        await prober.UntilAnsweredAsync(url, TimeSpan.FromSeconds(20));
    }

    [OneTimeTearDown]
    public async Task RemoveTheKind()
    {
        if (_isOurs)
        {
            await Kubectl.RunAsync("delete", "customresourcedefinition", Definition);
        }
    }

    // The kind's schema is SIG Network's; what our controllers read of it must be there, and a cluster that has the kind keeps its own.
    private async Task DefineAsync()
    {
        if ((await Kubectl.TryAsync("get", "customresourcedefinition", Definition)).Succeeded)
        {
            Assert.Ignore($"the cluster has {Definition} already, and this test would remove it");
        }

        _isOurs = true;
        await Kubectl.ApplyAsync(JsonNode.Parse($$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"{{Definition}}","annotations":{"api-approved.kubernetes.io":"unapproved, a test's own"} },
             "spec":{"group":"policy.networking.k8s.io","scope":"Cluster",
              "names":{"kind":"ClusterNetworkPolicy","listKind":"ClusterNetworkPolicyList","plural":"clusternetworkpolicies","singular":"clusternetworkpolicy"},
              "versions":[{"name":"v1alpha2","served":true,"storage":true,"subresources":{"status":{} },
               "schema":{"openAPIV3Schema":{"type":"object","properties":{
                "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } } } }] } }
            """)!);
        await Kubectl.RunAsync("wait", "--for=condition=Established", "--timeout=30s", $"customresourcedefinition/{Definition}");
    }

    private static JsonNode DenyInto(string ns) => JsonNode.Parse($$"""
        {"apiVersion":"policy.networking.k8s.io/v1alpha2","kind":"ClusterNetworkPolicy","metadata":{"name":"calico-test-closed"},
         "spec":{"tier":"Admin","priority":10,"subject":{"namespaces":{"matchLabels":{"kubernetes.io/metadata.name":"{{ns}}"} } },
          "ingress":[{"name":"nobody","action":"Deny","from":[{"namespaces":{} }] }] } }
        """)!;

    private static JsonObject AllowAll() => JsonNode.Parse("""
        {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"allow-all"},"spec":{"podSelector":{},"policyTypes":["Ingress"],"ingress":[{}]}}
        """)!.AsObject();
}
