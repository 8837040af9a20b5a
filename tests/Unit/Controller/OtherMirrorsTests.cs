using Calico.Controller.ClusterPolicies;
using Calico.Controller.Namespaces;
using Calico.Controller.ServiceAccounts;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Controller;

internal sealed class OtherMirrorsTests
{
    private const string Root = "/calico/resources/v3/projectcalico.org/";
    private ControllerFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new ControllerFixture();

    [TearDown]
    public async Task TearDown() => await _fixture.DisposeAsync();

    [Test]
    public async Task A_namespace_becomes_a_profile_that_allows_all_and_carries_its_labels()
    {
        _fixture.Store.Put(Root + "profiles/ksa.gone.default", "{}");
        _fixture.Store.Put(Root + "profiles/mine", "{}");
        _fixture.Store.Put(Root + "profiles/kns.gone", "{}");
        _fixture.Api.Put(KubernetesKinds.Namespaces, """{"metadata":{"name":"shop","labels":{"team":"blue"}}}""");
        await _fixture.StartedAsync(NamespaceReconciler.Kind);
        var spec = _fixture.Stored(Root + "profiles/kns.shop")!["spec"]!;
        Assert.That(spec["labelsToApply"]!.ToJsonString(), Is.EqualTo("""{"pcns.projectcalico.org/name":"shop","pcns.team":"blue"}"""));
        Assert.That((spec["ingress"]!.ToJsonString(), spec["egress"]!.ToJsonString()), Is.EqualTo(("""[{"action":"Allow","source":{},"destination":{}}]""", """[{"action":"Allow","source":{},"destination":{}}]""")));
        Assert.That(_fixture.Store.Contents().Keys, Is.EquivalentTo(new[] { Root + "profiles/kns.shop", Root + "profiles/ksa.gone.default", Root + "profiles/mine" }));
        _fixture.Api.Put(KubernetesKinds.Namespaces, """{"metadata":{"name":"shop","labels":{"team":"red"}}}""");
        await _fixture.StoredAsync(Root + "profiles/kns.shop", profile => profile["spec"]!["labelsToApply"]!["pcns.team"]!.ToString() == "red");
    }

    [Test]
    public async Task A_service_account_becomes_a_profile_with_its_labels_and_no_rules()
    {
        _fixture.Store.Put(Root + "profiles/ksa.gone.default", "{}");
        _fixture.Store.Put(Root + "profiles/kns.shop", "{}");
        _fixture.Api.Put(KubernetesKinds.ServiceAccounts, """{"metadata":{"name":"a.b","namespace":"shop","labels":{"role":"db"}}}""");
        await _fixture.StartedAsync(ServiceAccountReconciler.Kind);
        var profile = _fixture.Stored(Root + "profiles/ksa.shop.a.b")!;
        Assert.That(profile["spec"]!.ToJsonString(), Is.EqualTo("""{"labelsToApply":{"pcsa.projectcalico.org/name":"a.b","pcsa.role":"db"}}"""));
        Assert.That(_fixture.Store.Contents().Keys, Is.EquivalentTo(new[] { Root + "profiles/ksa.shop.a.b", Root + "profiles/kns.shop" }));
        _fixture.Api.Remove(KubernetesKinds.ServiceAccounts, "shop", "a.b");
        await _fixture.GoneAsync(Root + "profiles/ksa.shop.a.b");
    }

    [Test]
    public async Task A_cluster_policy_that_changes_its_tier_leaves_nothing_behind()
    {
        _fixture.Api.Serve(KubernetesKinds.ClusterNetworkPolicies, hasStatus: true);
        Put("Admin");
        await _fixture.StartedAsync(ClusterPolicyReconciler.Kind);
        Assert.That(_fixture.Stored(Root + "globalnetworkpolicies/kcnp.kube-admin.base"), Is.Not.Null);
        Put("Baseline");
        await _fixture.StoredAsync(Root + "globalnetworkpolicies/kcnp.kube-baseline.base");
        await _fixture.GoneAsync(Root + "globalnetworkpolicies/kcnp.kube-admin.base");
    }

    [Test]
    public async Task A_cluster_policy_that_can_no_longer_be_read_keeps_what_was_enforced_and_tells()
    {
        _fixture.Api.Serve(KubernetesKinds.ClusterNetworkPolicies, hasStatus: true);
        Put("Admin");
        await _fixture.StartedAsync(ClusterPolicyReconciler.Kind);
        Put("Middle");
        await Eventually.TrueAsync(() => _fixture.Api.All(KubernetesKinds.Events).Any(told => told.Regarding!.Name == "base" && told.Metadata.Namespace == "default"));
        Assert.That(_fixture.Stored(Root + "globalnetworkpolicies/kcnp.kube-admin.base"), Is.Not.Null);
    }

    [Test]
    public async Task A_cluster_without_the_kind_touches_nothing_and_is_in_sync()
    {
        _fixture.Store.Put(Root + "globalnetworkpolicies/kcnp.kube-admin.base", "{}");
        _fixture.Start(ClusterPolicyReconciler.Kind);
        await Eventually.TrueAsync(() => _fixture.Host!.Reconciler.IsInSync);
        await Task.Delay(200);
        Assert.That(_fixture.Stored(Root + "globalnetworkpolicies/kcnp.kube-admin.base"), Is.Not.Null);
    }

    private void Put(string tier) => _fixture.Api.Put(
        KubernetesKinds.ClusterNetworkPolicies,
        $$"""{"metadata":{"name":"base"},"spec":{"tier":"{{tier}}","priority":1,"subject":{"namespaces":{} },"ingress":[{"action":"Deny","from":[{"namespaces":{} }]}]} }""");
}
