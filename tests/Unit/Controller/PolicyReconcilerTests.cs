using System.Text.Json.Nodes;
using Calico.Controller.Policies;
using Calico.Store;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes;
using Calico.Tests.Fakes.Kubernetes;

namespace Calico.Tests.Unit.Controller;

/// <summary>NetworkPolicies of Kubernetes and what of them is in etcd, through all that may go wrong in between.</summary>
internal sealed class PolicyReconcilerTests
{
    private const string Prefix = "/calico/resources/v3/projectcalico.org/networkpolicies/shop/";
    private const string Web = Prefix + "knp.default.web";
    private const string Db = Prefix + "knp.default.db";
    private const string Others = """{"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"default.mine","namespace":"shop"},"spec":{"order":7}}""";
    private ControllerFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new ControllerFixture();

    [TearDown]
    public async Task TearDown() => await _fixture.DisposeAsync();

    [Test]
    public async Task A_policy_is_stored_changed_and_deleted_as_the_object_is()
    {
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        Put("web", """{"podSelector":{"matchLabels":{"app":"web"}}}""");
        await _fixture.StoredAsync(Web, policy => SelectorOf(policy).EndsWith("app == 'web'", StringComparison.Ordinal));
        Put("web", """{"podSelector":{"matchLabels":{"app":"www"}}}""");
        await _fixture.StoredAsync(Web, policy => SelectorOf(policy).EndsWith("app == 'www'", StringComparison.Ordinal));
        _fixture.Api.Remove(KubernetesKinds.NetworkPolicies, "shop", "web");
        await _fixture.GoneAsync(Web);
    }

    [Test]
    public async Task At_the_start_what_is_missing_is_made_and_what_nobody_wants_goes_and_what_others_made_stays()
    {
        Put("web", "{}");
        _fixture.Store.Put(Db, Others);
        _fixture.Store.Put(Prefix + "default.mine", Others);
        _fixture.Store.Put(Prefix + "knp.default.", Others);
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        Assert.That(_fixture.Store.Contents().Keys, Is.EquivalentTo(new[] { Web, Prefix + "default.mine", Prefix + "knp.default." }));
        Assert.That(_fixture.Store.Contents()[Prefix + "default.mine"], Is.EqualTo(Others));
    }

    [Test]
    public async Task What_is_right_already_is_not_written_again()
    {
        Put("web", """{"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{"ports":[{"port":80}]}]}""");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        var revision = _fixture.Store.Revision;
        await using var second = new ControllerFixture();
        second.Store.Put(Web, _fixture.Store.Contents()[Web]);
        second.Api.Put(KubernetesKinds.NetworkPolicies, _fixture.Api.Find((KubernetesKind)KubernetesKinds.NetworkPolicies, "shop", "web")!.ToJsonString());
        var before = second.Store.Revision;
        await second.StartedAsync(PolicyReconciler.Kind);
        Assert.That((_fixture.Store.Revision, second.Store.Revision), Is.EqualTo((revision, before)));
    }

    [Test]
    public async Task What_others_add_to_a_policy_of_ours_stays_and_what_they_change_of_it_is_put_right()
    {
        Put("web", """{"podSelector":{"matchLabels":{"app":"web"}}}""");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        var changed = _fixture.Stored(Web)!;
        changed["metadata"]!["annotations"] = new JsonObject { ["note"] = "mine" };
        changed["spec"]!["someday"] = 1;
        changed["spec"]!["selector"] = "all()";
        _fixture.Store.Put(Web, changed.ToJsonString());
        await _fixture.StoredAsync(Web, policy => SelectorOf(policy).EndsWith("app == 'web'", StringComparison.Ordinal));
        var now = _fixture.Stored(Web)!;
        Assert.That((now["metadata"]!["annotations"]!["note"]!.ToString(), now["spec"]!["someday"]!.ToString()), Is.EqualTo(("mine", "1")));
        _fixture.Store.Delete(Web);
        await _fixture.StoredAsync(Web);
    }

    [Test]
    public async Task A_stored_value_that_is_no_object_is_replaced()
    {
        _fixture.Store.Put(Web, "nonsense");
        Put("web", "{}");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        Assert.That(_fixture.Stored(Web)!["kind"]!.ToString(), Is.EqualTo("NetworkPolicy"));
    }

    [Test]
    public async Task What_happened_while_the_API_server_forgot_its_history_is_caught_up_with()
    {
        Put("web", "{}");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        await _fixture.Api.StopAsync();
        Put("db", "{}");
        _fixture.Api.Remove(KubernetesKinds.NetworkPolicies, "shop", "web");
        _fixture.Api.Compact();
        _fixture.Api.Restart();
        await _fixture.StoredAsync(Db);
        await _fixture.GoneAsync(Web);
    }

    [Test]
    public async Task While_etcd_is_away_nothing_is_lost()
    {
        Put("web", "{}");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        _fixture.Store.IsDown = true;
        _fixture.Store.FailWatches(new StoreException("gone") { IsUnavailable = true });
        Put("db", "{}");
        _fixture.Api.Remove(KubernetesKinds.NetworkPolicies, "shop", "web");
        await Eventually.TrueAsync(() => _fixture.Host!.Queue.Failing == 2);
        _fixture.Store.IsDown = false;
        await _fixture.StoredAsync(Db);
        await _fixture.GoneAsync(Web);
    }

    [Test]
    public async Task Nothing_is_deleted_before_the_API_server_has_told_everything()
    {
        _fixture.Store.Put(Web, Others);
        _fixture.Api.Fail(request => request.Method == "GET", new KubernetesFault.Refuse(500, "InternalError"), times: 1_000_000);
        _fixture.Start(PolicyReconciler.Kind);
        await Task.Delay(500);
        Assert.That(_fixture.Stored(Web), Is.Not.Null);
        Assert.That(_fixture.Host!.Reconciler.IsInSync, Is.False);
    }

    [Test]
    public async Task A_policy_that_cannot_be_converted_is_closed_and_its_users_are_told_and_the_others_go_on()
    {
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        Put("bad", """{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/99"}}]}]}""");
        Put("web", "{}");
        await _fixture.StoredAsync(Web);
        await _fixture.StoredAsync(Prefix + "knp.default.bad", policy => policy["spec"]!["ingress"] is null);
        await Eventually.TrueAsync(() => _fixture.Api.All(KubernetesKinds.Events).Count == 1);
        var told = _fixture.Api.All(KubernetesKinds.Events).Single();
        Assert.That((told.Regarding!.Kind, told.Regarding.Namespace, told.Regarding.Name, told.Type, told.Reason), Is.EqualTo(("NetworkPolicy", "shop", "bad", "Warning", "NotConverted")));
        Assert.That(told.Note, Does.Contain("spec.ingress[0].from[0].ipBlock.cidr").And.Contain("10.0.0.0/99"));
        Assert.That(told.Metadata.Namespace, Is.EqualTo("shop"));
    }

    [Test]
    public async Task The_same_complaint_is_told_once_and_one_that_cannot_be_told_stops_nothing()
    {
        _fixture.Api.Fail(request => request.Method == "POST", new KubernetesFault.Refuse(403, "Forbidden"));
        Put("bad", """{"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/99"}}]}]}""");
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        for (var i = 0; i < 3; i++)
        {
            _fixture.Host!.Queue.Add("shop/bad");
            await _fixture.SettledAsync();
        }

        Assert.That(_fixture.Api.All(KubernetesKinds.Events), Has.Count.EqualTo(1));
        Assert.That(_fixture.Stored(Prefix + "knp.default.bad"), Is.Not.Null);
    }

    [Test]
    public async Task A_key_that_etcd_refuses_comes_again_and_holds_nobody_up()
    {
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        for (var i = 0; i < 4; i++)
        {
            _fixture.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn", new StoreException("etcdserver: mvcc: required revision is none"));
        }

        Put("web", "{}");
        Put("db", "{}");
        await _fixture.StoredAsync(Web);
        await _fixture.StoredAsync(Db);
        await _fixture.SettledAsync();
        Assert.That(_fixture.Host!.Queue.Failing, Is.Zero);
    }

    [Test]
    public async Task A_write_that_somebody_overtook_is_decided_anew()
    {
        Put("web", """{"podSelector":{"matchLabels":{"app":"web"}}}""");
        var isFirst = 0;
        _fixture.Store.Gate = (call, _) =>
        {
            if (call.Operation == "Txn" && Interlocked.Exchange(ref isFirst, 1) == 0)
            {
                _fixture.Store.Put(Web, Others); // between the decision and the write
            }

            return Task.CompletedTask;
        };
        await _fixture.StartedAsync(PolicyReconciler.Kind);
        Assert.That(SelectorOf(_fixture.Stored(Web)!), Does.EndWith("app == 'web'"));
        Assert.That(isFirst, Is.EqualTo(1));
    }

    [Test]
    public async Task An_audit_finds_what_no_event_told()
    {
        Put("web", "{}");
        _fixture.Start(PolicyReconciler.Kind, TimeSpan.FromMilliseconds(200));
        await _fixture.StoredAsync(Web);
        _fixture.Store.Gate = (call, token) => call.Operation == "Watch" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        _fixture.Store.FailWatches(new StoreException("nothing more is told") { IsUnavailable = true });
        _fixture.Store.Delete(Web);
        await _fixture.StoredAsync(Web);
    }

    private void Put(string name, string spec) => _fixture.Api.Put(
        KubernetesKinds.NetworkPolicies,
        $$"""{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"{{name}}","namespace":"shop"},"spec":{{spec}} }""");

    private static string SelectorOf(JsonObject policy) => policy["spec"]!["selector"]?.ToString() ?? "";
}
