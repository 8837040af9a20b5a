using Calico.Model.Policy;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>Which endpoints a policy is for, and which addresses a rule means.</summary>
internal sealed class SelectionTests
{
    [Test]
    public void A_namespaced_policy_selects_in_its_namespace_alone()
    {
        var policy = NetworkPolicy("a", new() { Selector = "app == 'web'", Ingress = [Deny()] });
        Assert.That(Reason(Shop with { Policies = [policy] }, Web), Is.EqualTo(VerdictReason.PolicyRule));
        Assert.That(Reason(Shop with { Policies = [policy] }, Other), Is.EqualTo(VerdictReason.ProfileRule));
    }

    [Test]
    public void An_empty_selector_selects_everything_in_scope()
    {
        var shop = NetworkPolicy("a", new() { Ingress = [Deny()] });
        Assert.That(new[] { Web, Db, Other }.Select(address => Reason(Shop with { Policies = [shop] }, address)),
            Is.EqualTo(new[] { VerdictReason.PolicyRule, VerdictReason.PolicyRule, VerdictReason.ProfileRule }));
        var all = Global("a", new() { Ingress = [Deny()] });
        Assert.That(Reason(Shop with { GlobalPolicies = [all] }, Other), Is.EqualTo(VerdictReason.PolicyRule));
    }

    [TestCase("team == 'red'", Web, true)]
    [TestCase("team == 'red'", Other, false)]
    [TestCase("projectcalico.org/name == 'lab'", Other, true)]
    [TestCase("all()", Other, true)]
    public void A_global_policy_selects_by_the_labels_of_the_namespace(string selector, string address, bool selected) =>
        Assert.That(
            Reason(Shop with { GlobalPolicies = [Global("a", new() { NamespaceSelector = selector, Ingress = [Deny()] })] }, address) == VerdictReason.PolicyRule,
            Is.EqualTo(selected));

    [Test]
    public void A_namespace_selector_never_selects_a_host()
    {
        var policy = Global("a", new() { NamespaceSelector = "all()", Selector = "all()", Ingress = [Deny()] });
        var snapshot = Shop with { GlobalPolicies = [policy], HostEndpoints = [Host("n1-eth0", "n1")] };
        Assert.That(Reason(snapshot, Node1), Is.EqualTo(VerdictReason.NoProfileMatch));
    }

    [Test]
    public void A_policy_selects_by_the_labels_of_the_service_account()
    {
        var policy = NetworkPolicy("a", new() { ServiceAccountSelector = "role == 'store'", Ingress = [Deny()] });
        Assert.That(Reason(Shop with { Policies = [policy] }, Db), Is.EqualTo(VerdictReason.PolicyRule));
        Assert.That(Reason(Shop with { Policies = [policy] }, Web), Is.EqualTo(VerdictReason.ProfileRule));
    }

    [Test]
    public void An_endpoint_inherits_the_labels_of_its_profiles_and_its_own_win()
    {
        var profiles = Shop.Profiles.Append(Profile("ksa.shop.web", labels: [("app", "inherited"), ("zone", "z1")])).ToList();
        var byZone = NetworkPolicy("a", new() { Selector = "zone == 'z1' && app == 'web'", Ingress = [Deny()] });
        Assert.That(Reason(Shop with { Profiles = profiles, Policies = [byZone] }, Web), Is.EqualTo(VerdictReason.PolicyRule));
    }

    [Test]
    public void A_label_cannot_claim_another_namespace()
    {
        var liar = Pod("lab", "liar", "n1", ["projectcalico.org/namespace=shop"], "10.0.0.9");
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { Selector = "all()" })] });
        var snapshot = Shop with { Workloads = [.. Shop.Workloads, liar], Policies = [policy] };
        Assert.That(Allowed(snapshot, "10.0.0.9"), Is.False);
        Assert.That(Allowed(snapshot, Web));
    }

    // Sources: web (shop), other (lab), an address outside, and what a set holds.
    [TestCase("own namespace alone", true, false, false)]
    [TestCase("all namespaces", true, true, false)]
    [TestCase("a team's namespaces", false, true, false)]
    [TestCase("global sets", false, false, true)]
    public void The_namespace_selector_of_a_rule_widens_or_narrows(string which, bool web, bool other, bool set)
    {
        var entity = which switch
        {
            "own namespace alone" => new EntityRule { Selector = "all()" },
            "all namespaces" => new EntityRule { NamespaceSelector = "all()" },
            "a team's namespaces" => new EntityRule { NamespaceSelector = "team == 'blue'", Selector = "app == 'web'" },
            _ => new EntityRule { NamespaceSelector = "global()", Selector = "kind == 'partner'" },
        };
        var snapshot = Shop with
        {
            Policies = [NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(entity)] })],
            NetworkSets = [NetworkSet("partners", null, "kind=partner", "192.0.2.0/24")],
        };
        Assert.That((Allowed(snapshot, Web), Allowed(snapshot, Other), Allowed(snapshot, Outside)), Is.EqualTo((web, other, set)));
    }

    [Test]
    public void A_network_set_is_of_its_namespace_and_inherits_its_labels()
    {
        var byTeam = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { NamespaceSelector = "team == 'blue'", Selector = "kind == 'partner'" })] });
        Assert.That(Allowed(Shop with { Policies = [byTeam], NetworkSets = [NetworkSet("p", "lab", "kind=partner", Outside)] }, Outside));
        Assert.That(Allowed(Shop with { Policies = [byTeam], NetworkSets = [NetworkSet("p", "shop", "kind=partner", Outside)] }, Outside), Is.False);
    }

    [Test]
    public void Without_any_field_an_entity_is_any_address() =>
        Assert.That(Allowed(Shop with { Policies = [NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new())] })] }, Outside));

    [TestCase(Outside, true)]
    [TestCase(Web, false)]
    [TestCase(Other, false)]
    public void A_not_selector_alone_excludes_and_in_a_global_policy_leaves_the_world(string source, bool allowed) =>
        Assert.That(
            Allowed(Shop with { GlobalPolicies = [Global("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { NotSelector = "app == 'web'" })] })] }, source),
            Is.EqualTo(allowed));

    [TestCase(Outside, false)]
    [TestCase(Web, false)]
    [TestCase("10.0.0.4", true)]
    public void A_not_selector_alone_keeps_a_namespaced_rule_in_its_namespace(string source, bool allowed)
    {
        var plain = Pod("shop", "plain", "n1", [], "10.0.0.4");
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { NotSelector = "app == 'web'" })] });
        Assert.That(Allowed(Shop with { Workloads = [.. Shop.Workloads, plain], Policies = [policy] }, source), Is.EqualTo(allowed));
    }

    [TestCase("names", Web, true)]
    [TestCase("names", Other, false)]
    [TestCase("labels", Web, false)]
    public void A_rule_matches_service_accounts_by_name_and_by_label(string how, string source, bool allowed)
    {
        var accounts = how == "names" ? new ServiceAccountMatch { Names = ["web"] } : new ServiceAccountMatch { Names = ["web"], Selector = "role == 'store'" };
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { ServiceAccounts = accounts })] });
        Assert.That(Allowed(Shop with { Policies = [policy] }, source), Is.EqualTo(allowed));
    }

    private static VerdictReason Reason(PolicySnapshot snapshot, string destination) =>
        new PolicyEvaluator(snapshot).Evaluate(TcpTo(destination, 80, Outside)).Ingress!.Reason;

    private static bool Allowed(PolicySnapshot snapshot, string source) =>
        new PolicyEvaluator(snapshot).Evaluate(TcpTo(Db, 5432, source)).Ingress!.Allowed;
}
