using System.Text.Json.Nodes;
using Calico.Ctl;

namespace Calico.Tests.Unit.Ctl;

internal sealed class ResourceCommandTests
{
    private const string PolicyKey = "/calico/resources/v3/projectcalico.org/networkpolicies/shop/default.web";
    private const string PoolKey = "/calico/resources/v3/projectcalico.org/ippools/main";
    private const string Pool = "kind: IPPool\napiVersion: projectcalico.org/v3\nmetadata: {name: main}\nspec: {cidr: 10.9.0.0/16, ofALaterUpstream: 7}\n";
    private const string Policy =
        "kind: NetworkPolicy\napiVersion: projectcalico.org/v3\nmetadata: {name: web, namespace: shop}\nspec:\n  order: 10\n  selector: app == 'web'\n  ingress:\n  - action: Allow\n    source: {nets: [10.0.0.0/8]}\n";

    private CtlRun _ctl = null!;

    [SetUp]
    public void Start() => _ctl = new CtlRun();

    [TearDown]
    public void Stop() => _ctl.Dispose();

    [Test]
    public async Task What_is_applied_is_stored_as_upstream_stores_it_and_shown_again()
    {
        Assert.That(await _ctl.OutputAsync("apply -f -", Policy), Is.EqualTo($"Successfully applied 1 'NetworkPolicy' resource(s){Environment.NewLine}"));
        var stored = Stored(PolicyKey);
        Assert.That((string?)stored["metadata"]!["name"], Is.EqualTo("default.web"));
        Assert.That((string?)stored["metadata"]!["uid"], Is.Not.Empty);
        Assert.That((string?)stored["metadata"]!["creationTimestamp"], Does.EndWith("Z"));
        Assert.That(stored["metadata"]!["resourceVersion"], Is.Null, "it is etcd's ModRevision");

        Assert.That(await _ctl.OutputAsync("get networkPolicies -n shop -o wide"), Is.EqualTo("NAMESPACE   NAME          TIER      ORDER   SELECTOR\nshop        default.web   default   10      app == 'web'\n"));
        Assert.That(await _ctl.OutputAsync("get np web -n shop -o name"), Is.EqualTo("networkpolicy/shop/default.web\n"));
    }

    [Test]
    public async Task What_get_shows_as_yaml_can_be_applied_without_a_change()
    {
        await _ctl.OutputAsync("apply -f -", Policy + "---\n" + Pool);
        var (before, yaml) = (_ctl.Store.Revision, await _ctl.OutputAsync("get np web -n shop -o yaml"));
        Assert.That(await _ctl.OutputAsync("apply -f -", yaml), Does.Contain("1 of them without a change"));
        Assert.That(await _ctl.OutputAsync("replace -f -", await _ctl.OutputAsync("get ippools -o json")), Does.Contain("1 of them without a change"));
        Assert.That(_ctl.Store.Revision, Is.EqualTo(before));
    }

    [Test]
    public async Task A_stale_replace_fails_and_says_what_to_do()
    {
        await _ctl.OutputAsync("create -f -", Policy);
        var seen = await _ctl.OutputAsync("get np web -n shop -o yaml");
        await _ctl.OutputAsync("label np web -n shop team=a");

        Assert.That(await _ctl.RunAsync("replace -f -", seen.Replace("order: 10", "order: 20", StringComparison.Ordinal)), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("NetworkPolicy shop/web").Or.Contain("NetworkPolicy shop/default.web"));
        Assert.That(_ctl.Error, Does.Contain("was changed since").And.Contain("remove resourceVersion"));
        Assert.That((int?)Stored(PolicyKey)["spec"]!["order"], Is.EqualTo(10));
    }

    [Test]
    public async Task Fields_that_nobody_knows_are_kept_and_warned_of()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        Assert.That(_ctl.Error, Is.EqualTo($"warning: IPPool main: spec.ofALaterUpstream is no field that this version knows; it is kept and has no effect{Environment.NewLine}"));
        await _ctl.OutputAsync("patch ippool main -p {\"spec\":{\"disabled\":true}}");
        Assert.That(Stored(PoolKey)["spec"]!.ToJsonString(), Is.EqualTo(/*lang=json*/ "{\"cidr\":\"10.9.0.0/16\",\"ofALaterUpstream\":7,\"disabled\":true}"));
    }

    [Test]
    public async Task One_bad_object_of_a_directory_does_not_stop_the_others_and_all_faults_are_named()
    {
        _ctl.File("a/1.yaml", "kind: GlobalNetworkPolicy\nmetadata: {name: bad}\nspec: {selector: 'a ==', types: [Out]}\n");
        _ctl.File("a/2.yml", Pool);
        _ctl.File("a/3.json", "{\"kind\": \"Nonsense\"}");
        _ctl.File("a/deeper/4.yaml", "kind: Tier\nmetadata: {name: low}\nspec: {order: 5}\n");
        _ctl.File("a/notes.txt", "not a manifest");

        Assert.That(await _ctl.RunAsync($"apply -R -f {_ctl.DirectoryPath}/a"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Out, Does.Contain("Partial success: applied 2 out of 4 resource(s)"));
        Assert.That(_ctl.Error, Does.Contain("GlobalNetworkPolicy bad: spec.selector").And.Contain("GlobalNetworkPolicy bad: spec.types[0]").And.Contain("'Nonsense'"));
        Assert.That(_ctl.Store.Contents().Keys, Is.SupersetOf(new[] { PoolKey, "/calico/resources/v3/projectcalico.org/tiers/low" }));
    }

    [Test]
    public async Task A_dry_run_shows_the_difference_and_writes_nothing()
    {
        await _ctl.OutputAsync("apply -f -", Policy);
        var before = _ctl.Store.Revision;
        var text = await _ctl.OutputAsync("apply --dry-run -f -", Policy.Replace("order: 10", "order: 20", StringComparison.Ordinal));
        Assert.That(text, Does.Contain("NetworkPolicy shop/web would change").And.Contain("-   order: 10\n").And.Contain("+   order: 20\n").And.Contain("nothing was written"));
        Assert.That(_ctl.Store.Revision, Is.EqualTo(before));
    }

    [Test]
    public async Task A_list_in_any_form_is_taken_apart()
    {
        const string List = "apiVersion: projectcalico.org/v3\nkind: IPPoolList\nitems:\n- metadata: {name: a}\n  spec: {cidr: 10.1.0.0/16}\n- kind: IPPool\n  metadata: {name: b}\n  spec: {cidr: 'fd00:1::/64'}\n";
        const string Sequence = "- kind: GlobalNetworkSet\n  metadata: {name: s1}\n  spec: {}\n- kind: GlobalNetworkSet\n  metadata: {name: s2}\n  spec: {}\n";
        await _ctl.OutputAsync("apply -f -", List + "---\n" + Sequence);
        Assert.That(await _ctl.OutputAsync("get pools -o name"), Is.EqualTo("ippool/a\nippool/b\n"));
        Assert.That(await _ctl.OutputAsync("get GlobalNetworkSet -o custom-columns=NAME"), Is.EqualTo("NAME\ns1\ns2\n"));
        Assert.That(await _ctl.OutputAsync("delete -f -", List), Does.Contain("deleted 2 'IPPool'"));
    }

    [Test]
    public async Task Objects_that_exist_or_do_not_are_errors_unless_skipped()
    {
        await _ctl.OutputAsync("create -f -", Pool);
        Assert.That(await _ctl.RunAsync("create -f -", Pool), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("IPPool main is there already"));
        await _ctl.OutputAsync("create --skip-exists -f -", Pool);
        await _ctl.OutputAsync("delete ippool main");
        Assert.That(await _ctl.RunAsync("delete ippool main"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("IPPool main does not exist"));
        await _ctl.OutputAsync("delete ippool main --skip-not-exists");
        Assert.That(await _ctl.RunAsync("replace -f -", Pool), Is.EqualTo(ExitCode.Failed));
    }

    [Test]
    public async Task The_link_to_an_object_of_Kubernetes_survives_an_apply()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        var stored = Stored(PoolKey);
        stored["metadata"]!["annotations"] = new JsonObject { ["projectcalico.org/kubernetes-uid"] = "u-1", ["note"] = "old" };
        _ctl.Store.Put(PoolKey, stored.ToJsonString());

        await _ctl.OutputAsync("apply -f -", Pool.Replace("name: main", "name: main, annotations: {note: new}", StringComparison.Ordinal));
        Assert.That(Stored(PoolKey)["metadata"]!["annotations"]!.ToJsonString(), Is.EqualTo(/*lang=json*/ "{\"note\":\"new\",\"projectcalico.org/kubernetes-uid\":\"u-1\"}"));
        Assert.That(await _ctl.OutputAsync("get ippool main -o yaml --export"), Does.Not.Contain("kubernetes-uid").And.Not.Contain("resourceVersion").And.Contain("note: new"));
    }

    [Test]
    public async Task A_name_is_found_with_and_without_its_tier()
    {
        _ctl.Store.Put("/calico/resources/v3/projectcalico.org/globalnetworkpolicies/bare", /*lang=json*/ """{"kind":"GlobalNetworkPolicy","metadata":{"name":"bare"},"spec":{}}""");
        await _ctl.OutputAsync("apply -f -", "kind: GlobalNetworkPolicy\nmetadata: {name: default.web}\nspec: {}\n---\nkind: GlobalNetworkPolicy\nmetadata: {name: db}\nspec: {tier: low}\n");
        Assert.That(await _ctl.OutputAsync("get gnp web default.web low.db bare -o name"), Is.EqualTo("globalnetworkpolicy/default.web\nglobalnetworkpolicy/default.web\nglobalnetworkpolicy/low.db\nglobalnetworkpolicy/bare\n"));
        await _ctl.OutputAsync("apply -f -", "kind: GlobalNetworkPolicy\nmetadata: {name: bare}\nspec: {order: 3}\n");
        Assert.That(_ctl.Store.Contents().Keys.Count(key => key.EndsWith("bare", StringComparison.Ordinal)), Is.EqualTo(1), "the policy that is there is changed, and not made a second time");
    }

    [Test]
    public async Task What_others_write_is_refused_with_the_reason()
    {
        Assert.That(await _ctl.RunAsync("apply -f -", "kind: ClusterInformation\nmetadata: {name: default}\nspec: {}\n"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("migrate lock"));
        Assert.That(await _ctl.RunAsync("delete np knp.default.web"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("kubectl"));
        Assert.That(await _ctl.RunAsync("delete tier default"), Is.EqualTo(ExitCode.Failed));
    }

    [Test]
    public async Task A_policy_of_a_tier_that_nobody_made_is_warned_of()
    {
        const string Policy = "kind: GlobalNetworkPolicy\nmetadata: {name: db}\nspec: {tier: low}\n";
        await _ctl.OutputAsync("apply -f -", Policy);
        Assert.That(_ctl.Error, Does.StartWith("warning: GlobalNetworkPolicy db: there is no tier low"));
        await _ctl.OutputAsync("apply -f -", Policy + "---\nkind: Tier\nmetadata: {name: low}\nspec: {order: 5}\n");
        Assert.That(_ctl.Error, Is.Empty);
        await _ctl.OutputAsync("apply -f -", Policy);
        Assert.That(_ctl.Error, Is.Empty);
    }

    [Test]
    public async Task A_tier_with_policies_stays()
    {
        await _ctl.OutputAsync("apply -f -", "kind: GlobalNetworkPolicy\nmetadata: {name: db}\nspec: {tier: low}\n---\nkind: Tier\nmetadata: {name: low}\nspec: {order: 5}\n");
        Assert.That(await _ctl.RunAsync("delete tier low"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("low.db"));
        await _ctl.OutputAsync("delete gnp low.db");
        await _ctl.OutputAsync("delete tier low");
    }

    [Test]
    public async Task Pools_do_not_overlap_and_keep_their_range()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        Assert.That(await _ctl.RunAsync("apply -f -", Pool.Replace("main", "other", StringComparison.Ordinal)), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("overlaps 10.9.0.0/16 of the pool main"));
        Assert.That(await _ctl.RunAsync("apply -f -", Pool.Replace("10.9", "10.8", StringComparison.Ordinal)), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("keeps its range"));
    }

    [Test]
    public async Task A_change_by_somebody_else_in_between_is_met_by_reading_again()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        var raced = false;
        _ctl.Store.Gate = (call, _) =>
        {
            if (!raced && call.Operation == "Txn" && call.Detail.StartsWith("1/1", StringComparison.Ordinal))
            {
                raced = true;
                var stored = Stored(PoolKey);
                stored["spec"]!["natOutgoing"] = true;
                _ctl.Store.Put(PoolKey, stored.ToJsonString());
            }

            return Task.CompletedTask;
        };
        await _ctl.OutputAsync("patch ippool main -p {\"spec\":{\"disabled\":true}}");
        Assert.That(raced);
        Assert.That(Stored(PoolKey)["spec"]!["natOutgoing"]!.ToJsonString() + Stored(PoolKey)["spec"]!["disabled"]!.ToJsonString(), Is.EqualTo("truetrue"));
    }

    [Test]
    public async Task A_stored_object_that_cannot_be_read_is_named_and_the_others_are_shown()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        _ctl.Store.Put(PoolKey + "-broken", "{");
        Assert.That(await _ctl.RunAsync("get ippools"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Out, Does.Contain("10.9.0.0/16"));
        Assert.That(_ctl.Error, Does.Contain("main-broken cannot be read"));
    }

    [Test]
    public async Task Labels_are_set_changed_and_removed()
    {
        await _ctl.OutputAsync("apply -f -", Pool);
        await _ctl.OutputAsync("label ippool main zone=a");
        Assert.That(await _ctl.RunAsync("label ippool main zone=b"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("--overwrite"));
        await _ctl.OutputAsync("label ippool main zone=b --overwrite");
        Assert.That((string?)Stored(PoolKey)["metadata"]!["labels"]!["zone"], Is.EqualTo("b"));
        await _ctl.OutputAsync("label ippool main zone --remove");
        Assert.That(await _ctl.RunAsync("label ippool main zone --remove"), Is.EqualTo(ExitCode.Failed));
        Assert.That(await _ctl.RunAsync("label ippool main zone=not/a/value"), Is.EqualTo(ExitCode.Failed));
    }

    [Test]
    public async Task Validate_needs_no_datastore()
    {
        _ctl.Store.IsDown = true;
        await _ctl.OutputAsync("validate -f -", Pool);
        Assert.That(await _ctl.RunAsync("validate -f -", "kind: BGPPeer\nmetadata: {name: Tor}\nspec: {peerIP: 10.0.0.1}\n"), Is.EqualTo(ExitCode.Failed));
        Assert.That(_ctl.Error, Does.Contain("BGPPeer Tor: metadata.name").And.Contain("BGPPeer Tor: spec.asNumber"));
    }

    [TestCase("get", ExitCode.Usage)]
    [TestCase("get nonsense", ExitCode.Usage)]
    [TestCase("get ippool -n shop", ExitCode.Usage)]
    [TestCase("get ippool -o go-template={{.}}", ExitCode.Usage)]
    [TestCase("get --no-such-flag", ExitCode.Usage)]
    [TestCase("apply -f /does/not/exist", ExitCode.Usage)]
    [TestCase("get ippool none", ExitCode.Failed)]
    [TestCase("get ippools", ExitCode.Success)]
    [TestCase("get ippools --allow-version-mismatch --context x", ExitCode.Success)]
    [TestCase("get ippools -c /does/not/exist", ExitCode.Usage)]
    [TestCase("--help", ExitCode.Success)]
    public async Task The_exit_code_says_whose_fault_it_was(string commandLine, int code) => Assert.That(await _ctl.RunAsync(commandLine), Is.EqualTo(code), _ctl.Error);

    [Test]
    public async Task A_datastore_that_does_not_answer_has_an_exit_code_of_its_own()
    {
        _ctl.Store.IsDown = true;
        Assert.That(await _ctl.RunAsync("get ippools"), Is.EqualTo(ExitCode.Unavailable));
        Assert.That(_ctl.Error, Does.StartWith("error: the datastore does not answer"));
    }

    private JsonObject Stored(string key) => JsonNode.Parse(_ctl.Store.Contents()[key])!.AsObject();
}
