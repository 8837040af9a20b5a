using System.Net.Sockets;
using System.Text.Json.Nodes;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes.Kubernetes;

namespace Calico.Tests.Unit.Store.Kubernetes;

internal sealed class KubernetesClientTests
{
    private FakeKubernetes _server = null!;
    private KubernetesClient _client = null!;

    [SetUp]
    public void SetUp()
    {
        _server = new FakeKubernetes();
        _client = _server.Client();
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task An_object_is_read_and_one_that_is_not_there_is_null()
    {
        Pod("web", "node-1");
        var pod = await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default);
        Assert.That(pod!.Spec.NodeName, Is.EqualTo("node-1"));
        Assert.That(await _client.ReadAsync(KubernetesKinds.Pods, "shop", "other", default), Is.Null);
    }

    [Test]
    public async Task A_list_is_read_in_pages_of_one_version()
    {
        Pods(7);
        var list = await _client.ListAsync(KubernetesKinds.Pods, new ListQuery(PageSize: 3), default);
        Assert.That(list.Items.Select(pod => pod.Metadata.Name), Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"pod-{i}")));
        Assert.That(list.ResourceVersion, Is.EqualTo(_server.All(KubernetesKinds.Pods)[^1].Metadata.ResourceVersion));
        Assert.That(_server.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_list_whose_next_page_is_gone_begins_again()
    {
        Pods(7);
        _server.Fail(request => request.Query("continue").Length > 0, new KubernetesFault.Refuse(410, "Expired"));
        var list = await _client.ListAsync(KubernetesKinds.Pods, new ListQuery(PageSize: 3), default);
        Assert.That(list.Items, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_list_whose_pages_are_always_gone_is_read_in_one_piece()
    {
        Pods(7);
        _server.Fail(request => request.Query("continue").Length > 0, new KubernetesFault.Refuse(410, "Expired"), times: 1000);
        var list = await _client.ListAsync(KubernetesKinds.Pods, new ListQuery(PageSize: 3), default);
        Assert.That(list.Items, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_query_selects_by_namespace_labels_and_fields()
    {
        Pod("a", "node-1", """{"app":"web"}""");
        Pod("b", "node-2", """{"app":"web"}""");
        Pod("c", "node-1", """{"app":"db"}""");
        var list = await _client.ListAsync(KubernetesKinds.Pods, new ListQuery("shop", "app=web", "spec.nodeName=node-1"), default);
        Assert.That(list.Items.Select(pod => pod.Metadata.Name), Is.EqualTo(["a"]));
        Assert.That((await _client.ListAsync(KubernetesKinds.Pods, new ListQuery("other"), default)).Items, Is.Empty);
    }

    [Test]
    public async Task An_object_is_made_with_a_name_of_the_server_and_replaced_if_it_is_still_the_same()
    {
        var draft = new ConfigMap { Metadata = new() { GenerateName = "map-", Namespace = "shop" }, Data = new Dictionary<string, string> { ["a"] = "1" } };
        var made = await _client.CreateAsync(KubernetesKinds.ConfigMaps, draft, default);
        Assert.That(made.Metadata.Name, Does.StartWith("map-"));
        Assert.That(_server.Find((KubernetesKind)KubernetesKinds.ConfigMaps, "shop", made.Metadata.Name)!["kind"]!.ToString(), Is.EqualTo("ConfigMap"));

        var replaced = await _client.ReplaceAsync(KubernetesKinds.ConfigMaps, made with { Data = new Dictionary<string, string> { ["a"] = "2" } }, default);
        Assert.That(replaced.Data["a"], Is.EqualTo("2"));
        var stale = await Assert.ThrowsAsync<KubernetesException>(async () => await _client.ReplaceAsync(KubernetesKinds.ConfigMaps, made, default));
        Assert.That(stale!.IsConflict, Is.True);
        var taken = await Assert.ThrowsAsync<KubernetesException>(
            async () => await _client.CreateAsync(KubernetesKinds.ConfigMaps, draft with { Metadata = draft.Metadata with { Name = made.Metadata.Name } }, default));
        Assert.That(taken!.IsAlreadyExists, Is.True);
    }

    [Test]
    public async Task A_kind_we_know_in_part_is_never_replaced()
    {
        var pod = new Pod { Metadata = new() { Name = "web", Namespace = "shop" } };
        await Assert.ThatAsync(async () => await _client.ReplaceAsync(KubernetesKinds.Pods, pod, default), Throws.ArgumentException.With.Message.Contains("patch it"));
        Assert.That(_server.Requests, Is.Empty);
    }

    [Test]
    public async Task A_merge_changes_what_it_names_and_a_status_is_changed_by_itself()
    {
        Pod("web", "node-1");
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["a"] = "1" } },
            ["status"] = new JsonObject { ["phase"] = "Failed" },
        };
        var merged = await _client.PatchAsync(KubernetesKinds.Pods, "shop", "web", Patch.Merge(body), default);
        Assert.That((merged.Metadata.Annotations["a"], merged.Status.Phase), Is.EqualTo(("1", "Running")));
        var status = await _client.PatchAsync(KubernetesKinds.Pods, "shop", "web", Patch.Merge(new() { ["status"] = new JsonObject { ["phase"] = "Failed" } }).OfStatus(), default);
        Assert.That((status.Metadata.Annotations["a"], status.Status.Phase), Is.EqualTo(("1", "Failed")));
    }

    [Test]
    public async Task A_strategic_patch_of_conditions_keeps_those_of_others()
    {
        _server.Put(KubernetesKinds.Nodes, """{"metadata":{"name":"node-1"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");
        var body = new JsonObject { ["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "NetworkUnavailable", ["status"] = "False" }) } };
        await _client.PatchAsync(KubernetesKinds.Nodes, "", "node-1", Patch.Strategic(body).OfStatus(), default);
        var conditions = (JsonArray)_server.Find((KubernetesKind)KubernetesKinds.Nodes, "", "node-1")!["status"]!["conditions"]!;
        Assert.That(conditions.Select(condition => condition!["type"]!.ToString()), Is.EquivalentTo(["Ready", "NetworkUnavailable"]));
    }

    [Test]
    public async Task An_apply_makes_the_object_takes_back_what_it_no_longer_names_and_leaves_what_others_own()
    {
        JsonObject Wish(string key, string value) => new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["data"] = new JsonObject { [key] = value },
        };
        await _client.PatchAsync(KubernetesKinds.ConfigMaps, "shop", "map", Patch.Apply(Wish("a", "1"), "us", force: false), default);
        await _client.PatchAsync(KubernetesKinds.ConfigMaps, "shop", "map", Patch.Apply(Wish("b", "2"), "them", force: false), default);
        var conflict = await Assert.ThrowsAsync<KubernetesException>(
            async () => await _client.PatchAsync(KubernetesKinds.ConfigMaps, "shop", "map", Patch.Apply(Wish("b", "3"), "us", force: false), default));
        Assert.That(conflict!.IsConflict, Is.True);
        var map = await _client.PatchAsync(KubernetesKinds.ConfigMaps, "shop", "map", Patch.Apply(Wish("c", "3"), "us", force: false), default);
        Assert.That(map.Data, Is.EquivalentTo(new Dictionary<string, string> { ["b"] = "2", ["c"] = "3" }));
    }

    [Test]
    public async Task A_deletion_of_what_is_gone_succeeds_and_one_of_another_object_of_that_name_does_not()
    {
        Pod("web", "node-1");
        await _client.DeleteAsync(KubernetesKinds.Pods, "shop", "other", DeleteOptions.Always, default);
        var error = await Assert.ThrowsAsync<KubernetesException>(
            async () => await _client.DeleteAsync(KubernetesKinds.Pods, "shop", "web", new DeleteOptions(Uid: "another"), default));
        Assert.That(error!.IsConflict, Is.True);
        await _client.DeleteAsync(KubernetesKinds.Pods, "shop", "web", new DeleteOptions(_server.Find(KubernetesKinds.Pods, "shop", "web")!.Metadata.Uid), default);
        Assert.That(_server.All(KubernetesKinds.Pods), Is.Empty);
    }

    [Test]
    public async Task A_token_is_requested_and_its_text_form_does_not_hold_it()
    {
        _server.Put(KubernetesKinds.ServiceAccounts, """{"metadata":{"name":"calico","namespace":"shop"}}""");
        var token = await _client.RequestTokenAsync("shop", "calico", TimeSpan.FromHours(24), default);
        Assert.That(token.Token, Does.StartWith("token-of-shop-calico"));
        Assert.That(token.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow.AddHours(24)).Within(TimeSpan.FromMinutes(1)));
        Assert.That(token.ToString(), Does.Not.Contain(token.Token));
    }

    [Test]
    public async Task Discovery_says_which_kinds_there_are()
    {
        Assert.That(await _client.HasKindAsync(KubernetesKinds.NetworkPolicies, default), Is.True);
        Assert.That(await _client.HasKindAsync(KubernetesKinds.ClusterNetworkPolicies, default), Is.False);
        _server.Serve(KubernetesKinds.ClusterNetworkPolicies, hasStatus: true);
        Assert.That(await _client.HasKindAsync(KubernetesKinds.ClusterNetworkPolicies, default), Is.True);
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task A_read_that_the_server_cannot_do_now_is_tried_again(int code)
    {
        Pod("web", "node-1");
        _server.Fail(_ => true, new KubernetesFault.Refuse(code), times: 2);
        Assert.That(await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default), Is.Not.Null);
    }

    [Test]
    public async Task A_read_whose_connection_breaks_is_tried_again()
    {
        Pod("web", "node-1");
        _server.Fail(_ => true, new KubernetesFault.DropRequest(), times: 2);
        Assert.That(await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default), Is.Not.Null);
    }

    [Test]
    public async Task A_read_whose_answer_breaks_off_is_tried_again_and_a_write_is_not()
    {
        Pod("web", "node-1");
        _server.Fail(_ => true, new KubernetesFault.CutAnswer(), times: 2);
        Assert.That(await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default), Is.Not.Null);
        _server.Fail(_ => true, new KubernetesFault.CutAnswer());
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await _client.CreateAsync(KubernetesKinds.ConfigMaps, Map(), default));
        Assert.That(error!.Message, Does.Contain("may or may not have happened"));
    }

    [Test]
    public async Task A_write_that_the_server_refused_to_begin_waits_as_long_as_it_says()
    {
        _server.Fail(_ => true, new KubernetesFault.Refuse(429, "TooManyRequests", RetryAfterSeconds: 1));
        var began = TimeProvider.System.GetTimestamp();
        await _client.CreateAsync(KubernetesKinds.ConfigMaps, Map(), default);
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromMilliseconds(950)));
        Assert.That(_server.All(KubernetesKinds.ConfigMaps), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_is_not_sent_twice_and_says_that_its_outcome_is_unknown()
    {
        _server.Fail(request => request.Method == "POST", new KubernetesFault.DropAnswer());
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await _client.CreateAsync(KubernetesKinds.ConfigMaps, Map(), default));
        Assert.That(error!.IsUnavailable, Is.True);
        Assert.That(error.Message, Does.StartWith("creating configmaps 'shop/map' may or may not have happened at http://127.0.0.1:"));
        Assert.That(_server.All(KubernetesKinds.ConfigMaps), Has.Count.EqualTo(1));
        Assert.That(_server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_told_at_once_with_its_address()
    {
        await _server.StopAsync();
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default));
        Assert.That(error!.IsUnavailable, Is.True);
        Assert.That(error.Message, Does.Contain(_server.Url.Authority));
        Assert.That(error.GetBaseException(), Is.InstanceOf<SocketException>());
    }

    [Test]
    public async Task A_server_that_does_not_answer_ends_the_call_at_its_deadline()
    {
        using var client = _server.Client(callTimeout: TimeSpan.FromMilliseconds(300));
        _server.Fail(_ => true, new KubernetesFault.Delay(TimeSpan.FromMinutes(1)), times: 100);
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await client.ReadAsync(KubernetesKinds.Pods, "shop", "web", default));
        Assert.That(error!.IsUnavailable, Is.True);
        Assert.That(error.Message, Does.StartWith("reading pods 'shop/web' did not finish within 0.3 s"));
    }

    [Test]
    public async Task A_refusal_carries_the_servers_words_and_what_to_do()
    {
        _server.Fail(_ => true, new KubernetesFault.Refuse(403, "Forbidden"));
        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await _client.ListAsync(KubernetesKinds.Pods, ListQuery.All, default));
        Assert.That((error!.IsForbidden, error.Reason, error.IsUnavailable), Is.EqualTo((true, "Forbidden", false)));
        Assert.That(error.Message, Does.Contain("listing pods failed").And.Contain("refused by the test").And.Contain("a role of this account needs a rule"));
    }

    [Test]
    public async Task A_caller_that_gives_up_gets_its_own_cancellation()
    {
        _server.Fail(_ => true, new KubernetesFault.Delay(TimeSpan.FromMinutes(1)));
        using var cancelled = new CancellationTokenSource(50);
        await Assert.ThatAsync(async () => await _client.ReadAsync(KubernetesKinds.Pods, "shop", "web", cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task One_object_of_the_wrong_form_does_not_hide_the_others()
    {
        Pods(3);
        _server.Put(KubernetesKinds.Pods, """{"metadata":{"name":"odd","namespace":"shop"},"spec":{"hostNetwork":"perhaps"}}""");
        var list = await _client.ListAsync(KubernetesKinds.Pods, ListQuery.All, default);
        Assert.That(list.Items, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_raw_object_keeps_what_we_do_not_know()
    {
        var pools = KubernetesKinds.Raw("projectcalico.org", "v3", "ippools", "IPPool", isNamespaced: false);
        _server.Serve(pools, hasStatus: true);
        _server.Put(pools, """{"apiVersion":"projectcalico.org/v3","kind":"IPPool","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"cidr":"10.0.0.0/16","future":[1,2]}}""");
        var pool = await _client.ReadAsync(pools, "", "p", default);
        Assert.That(pool!.Metadata.Labels["a"], Is.EqualTo("b"));
        Assert.That(pool.Spec!.Value.GetProperty("future").GetArrayLength(), Is.EqualTo(2));
        var replaced = await _client.ReplaceAsync(pools, pool, default);
        Assert.That(replaced.Metadata, Is.EqualTo(pool.Metadata), "the same object is no change");
    }

    private void Pods(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Pod($"pod-{i}", "node-1");
        }
    }

    private void Pod(string name, string node, string labels = "{}") => _server.Put(
        KubernetesKinds.Pods,
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop","labels":{{{labels}}}},"spec":{"nodeName":"{{{node}}}"},"status":{"phase":"Running"}}""");

    private static ConfigMap Map() => new() { Metadata = new() { Name = "map", Namespace = "shop" } };
}
