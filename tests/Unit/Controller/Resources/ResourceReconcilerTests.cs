using System.Text.Json.Nodes;
using Calico.Controller.Reconciling;
using Calico.Controller.Resources;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Controller.Resources;

/// <summary>The reconciler between an API server and a datastore of ours.</summary>
internal sealed class ResourceReconcilerTests
{
    private static readonly ReconcilerKind Kind = ResourceReconciler.Kind;
    private static readonly SyncedKind Sets = SyncedKinds.All.Single(kind => kind.Stored == ResourceKind.GlobalNetworkSet);
    private static readonly SyncedKind Policies = SyncedKinds.All.Single(kind => kind.Stored == ResourceKind.NetworkPolicy);
    private static readonly SyncedKind Pools = SyncedKinds.All.Single(kind => kind.Stored == ResourceKind.IpPool);
    private ControllerFixture _fixture = null!;

    [SetUp]
    public void Start()
    {
        _fixture = new ControllerFixture();
        _fixture.Store.Put(
            EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"),
            """{"kind":"ClusterInformation","apiVersion":"projectcalico.org/v3","metadata":{"name":"default"},"spec":{"clusterGUID":"guid","datastoreReady":true}}""");
        foreach (var kind in SyncedKinds.All)
        {
            _fixture.Api.Serve(kind.Kubernetes, hasStatus: true);
            Define(kind);
        }
    }

    [TearDown]
    public async Task Stop() => await _fixture.DisposeAsync();

    [Test]
    public async Task A_set_applied_with_kubectl_is_live()
    {
        _fixture.Api.Put(Sets.Kubernetes, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        await _fixture.StoredAsync(EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office"), stored => (string)stored["spec"]!["nets"]![0]! == "10.0.0.0/8");
        await Eventually.TrueAsync(() => Status(Sets, "", "office") is { } status && (bool?)status["live"] == true && (long)status["revision"]! == _fixture.Store.Revision);
    }

    [Test]
    public async Task Before_the_first_agent_nothing_fails_and_after_it_what_was_applied_is_live()
    {
        var key = EtcdKeys.Resource(ResourceKind.ClusterInformation, "default");
        var information = _fixture.Store.Contents()[key];
        _fixture.Store.Delete(key);
        _fixture.Api.Put(Sets.Kubernetes, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        Assert.That(_fixture.Host!.Queue.Failing, Is.Zero);
        Assert.That(Status(Sets, "", "office"), Is.Null);
        _fixture.Store.Put(key, information);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
    }

    [Test]
    public async Task A_set_of_the_datastore_appears_and_a_change_there_follows()
    {
        var key = EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office");
        _fixture.Store.Put(key, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
        var changed = _fixture.Stored(key)!;
        changed["spec"]!["nets"]![0] = "11.0.0.0/8";
        _fixture.Store.Put(key, changed.ToJsonString());
        await Eventually.TrueAsync(() => (string?)Raw(Sets.Kubernetes, "", "office")!["spec"]!["nets"]![0] == "11.0.0.0/8");
        await _fixture.SettledAsync();
        Assert.That((string?)_fixture.Stored(key)!["spec"]!["nets"]![0], Is.EqualTo("11.0.0.0/8"));
    }

    [Test]
    public async Task Kubectl_delete_deletes_in_the_datastore()
    {
        _fixture.Api.Put(Sets.Kubernetes, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
        _fixture.Api.Remove(Sets.Kubernetes, "", "office");
        await _fixture.GoneAsync(EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office"));
    }

    [Test]
    public async Task A_deletion_in_the_datastore_deletes_in_Kubernetes()
    {
        _fixture.Api.Put(Sets.Kubernetes, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
        await _fixture.SettledAsync();
        _fixture.Store.Delete(EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office"));
        await Eventually.TrueAsync(() => Raw(Sets.Kubernetes, "", "office") is null);
    }

    [Test]
    public async Task An_uninstall_deletes_nothing_in_the_datastore()
    {
        var key = EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office");
        _fixture.Api.Put(Sets.Kubernetes, Set("office", "10.0.0.0/8"));
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);

        // As the API server does it: the definition is leaving, then its objects go, then it is gone.
        _fixture.Api.Remove(KubernetesKinds.CustomResourceDefinitions, "", Sets.Definition);
        _fixture.Api.Remove(Sets.Kubernetes, "", "office");
        await Task.Delay(200);
        await _fixture.SettledAsync();
        Assert.That(_fixture.Stored(key), Is.Not.Null);

        // And installed again, it comes back.
        Define(Sets, finalizer: "");
        Define(Sets);
        _fixture.Host!.Queue.Add(Sets.Stored.Plural);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
        Assert.That(_fixture.Stored(key), Is.Not.Null);
    }

    [Test]
    public async Task A_policy_is_stored_under_its_tier_and_one_that_is_wrong_says_so()
    {
        _fixture.Api.Put(Policies.Kubernetes, Policy("web", "app == 'web'"));
        _fixture.Api.Put(Policies.Kubernetes, Policy("bad", "app =="));
        await _fixture.StartedAsync(Kind);
        await _fixture.StoredAsync(EtcdKeys.Resource(ResourceKind.NetworkPolicy, "shop", "default.web"));
        await Eventually.TrueAsync(() => (bool?)Status(Policies, "shop", "bad")?["live"] == false);
        Assert.That((string?)Status(Policies, "shop", "bad")!["message"], Does.StartWith("spec.selector: "));
        await Eventually.TrueAsync(() => _fixture.Api.All(KubernetesKinds.Events).Any(e => e.Reason == "NotLive" && e.Regarding!.Name == "bad"));
    }

    [Test]
    public async Task A_pool_that_overlaps_another_is_not_live()
    {
        _fixture.Store.Put(EtcdKeys.Resource(ResourceKind.IpPool, "default-ipv4-ippool"), Pool("default-ipv4-ippool", "10.244.0.0/16"));
        _fixture.Api.Put(Pools.Kubernetes, Pool("more", "10.244.128.0/17"));
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => ((string?)Status(Pools, "", "more")?["message"])?.Contains("overlaps 10.244.0.0/16 of the pool default-ipv4-ippool", StringComparison.Ordinal) == true);
        await Eventually.TrueAsync(() => (bool?)Status(Pools, "", "default-ipv4-ippool")?["live"] == true);
    }

    [Test]
    public async Task Fields_of_the_datastore_that_nobody_here_knows_survive_a_change_in_Kubernetes()
    {
        var key = EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, "office");
        var stored = JsonNode.Parse(Set("office", "10.0.0.0/8"))!;
        stored["spec"]!["fromTheFuture"] = 1;
        stored["metadata"]!["uid"] = "stays";
        _fixture.Store.Put(key, stored.ToJsonString());
        await _fixture.StartedAsync(Kind);
        await Eventually.TrueAsync(() => (bool?)Status(Sets, "", "office")?["live"] == true);
        var edited = Raw(Sets.Kubernetes, "", "office")!.DeepClone().AsObject();
        edited["spec"] = JsonNode.Parse("""{"nets":["12.0.0.0/8"]}""");
        _fixture.Api.Put(Sets.Kubernetes, edited.ToJsonString());
        await _fixture.StoredAsync(key, now => (string)now["spec"]!["nets"]![0]! == "12.0.0.0/8");
        Assert.That((int?)_fixture.Stored(key)!["spec"]!["fromTheFuture"], Is.EqualTo(1));
        Assert.That((string?)_fixture.Stored(key)!["metadata"]!["uid"], Is.EqualTo("stays"));
    }

    /// <summary>Its finalizer holds a definition until its objects are gone.</summary>
    private void Define(SyncedKind kind, string finalizer = "\"customresourcecleanup.apiextensions.k8s.io\"") => _fixture.Api.Put(
        KubernetesKinds.CustomResourceDefinitions,
        $$$"""{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{{kind.Definition}}}","finalizers":[{{{finalizer}}}]}}""");

    private JsonObject? Raw(KubernetesKind kind, string @namespace, string name) => _fixture.Api.Find(kind, @namespace, name);

    private JsonNode? Status(SyncedKind kind, string @namespace, string name) => Raw(kind.Kubernetes, @namespace, name)?["status"];

    private static string Set(string name, string net) =>
        $$$$"""{"apiVersion":"projectcalico.org/v3","kind":"GlobalNetworkSet","metadata":{"name":"{{{{name}}}}"},"spec":{"nets":["{{{{net}}}}"]}}""";

    private static string Pool(string name, string cidr) =>
        $$$$"""{"apiVersion":"projectcalico.org/v3","kind":"IPPool","metadata":{"name":"{{{{name}}}}"},"spec":{"cidr":"{{{{cidr}}}}"}}""";

    private static string Policy(string name, string selector) =>
        $$$$"""{"apiVersion":"projectcalico.org/v3","kind":"NetworkPolicy","metadata":{"name":"{{{{name}}}}","namespace":"shop"},"spec":{"selector":"{{{{selector}}}}"}}""";
}
