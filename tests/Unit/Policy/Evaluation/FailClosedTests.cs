using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>What cannot be read denies in its namespace, as narrowly as can be known, and across namespaces never.</summary>
internal sealed class FailClosedTests
{
    private static readonly PolicyRule Bad = Allow(new() { Nets = ["10.0.0.300/8"] });

    [Test]
    public void A_policy_with_a_wrong_rule_denies_what_it_selects_in_its_directions_and_says_why()
    {
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(), Bad] });
        var snapshot = Shop with { Policies = [policy] };
        var verdict = new PolicyEvaluator(snapshot).Evaluate(TcpTo(Db, 80));
        Assert.That(verdict.Ingress!.Allowed, Is.False);
        Assert.That(new PolicyEvaluator(snapshot).Evaluate(TcpTo(Web, 80, Db)).Allowed, "neither its egress nor its neighbours");
        Assert.That(PolicyCompiler.Compile(policy).Errors.Single().Field, Is.EqualTo("spec.ingress[1].source.nets[0]"));
    }

    [Test]
    public void A_staged_policy_with_a_wrong_rule_denies_nothing()
    {
        var staged = NetworkPolicy("a", new() { Ingress = [Bad] }, kind: "StagedNetworkPolicy");
        Assert.That(new PolicyEvaluator(Shop with { Policies = [staged] }).Evaluate(TcpTo(Db, 80)).Allowed);
    }

    [Test]
    public void A_namespaced_policy_with_an_unreadable_selector_denies_in_its_namespace()
    {
        var evaluator = new PolicyEvaluator(Shop with { Policies = [NetworkPolicy("a", new() { Selector = "app ==", Ingress = [Allow()] })] });
        Assert.That(evaluator.Evaluate(TcpTo(Web, 80, Outside)).Allowed, Is.False);
        Assert.That(evaluator.Evaluate(TcpTo(Other, 80, Outside)).Allowed);
    }

    [Test]
    public void A_global_policy_with_an_unreadable_selector_selects_nothing_and_says_so()
    {
        foreach (var spec in new GlobalNetworkPolicySpec[]
        {
            new() { Selector = "app ==", Ingress = [Deny()] },
            new() { NamespaceSelector = "team ==", Ingress = [Deny()] },
            new() { ServiceAccountSelector = new string('(', 3_000), Selector = "app == 'web'", Ingress = [Deny()] },
        })
        {
            Assert.That(Allowed(Shop with { GlobalPolicies = [Global("a", spec)] }, Web));
            Assert.That(PolicyCompiler.Compile(Global("a", spec)).Errors[0].Problem, Does.Contain("NOT ENFORCED"));
        }
    }

    [Test]
    public void A_global_policy_with_a_wrong_rule_denies_what_it_selects_and_no_more()
    {
        var policy = Global("a", new() { Selector = "app == 'web'", NamespaceSelector = "team == 'red'", Ingress = [Bad] });
        Assert.That(Allowed(Shop with { GlobalPolicies = [policy] }, Web), Is.False);
        Assert.That(Allowed(Shop with { GlobalPolicies = [policy] }, Other));
    }

    [Test]
    public void A_global_policy_that_rightly_selects_nothing_is_no_mistake() =>
        Assert.That(PolicyCompiler.Compile(Global("a", new() { Selector = "!all()", Ingress = [Deny()] })).Errors, Is.Empty);

    [Test]
    public void Types_that_cannot_be_read_are_both_directions() =>
        Assert.That(PolicyCompiler.Compile(NetworkPolicy("a", new() { Types = ["Ingres"] })).Types, Is.EqualTo(EffectivePolicyTypes.Both));

    [Test]
    public void A_value_that_is_no_policy_denies_its_namespace_and_without_one_nothing()
    {
        var namespaced = PolicyCompiler.Unreadable(new PolicyId("NetworkPolicy", "shop", "a"), "is not JSON");
        Assert.That(namespaced.Selector.ToString(), Is.EqualTo("projectcalico.org/namespace == \"shop\""));
        Assert.That(namespaced.Rules(PolicyDirection.Egress).Single(), Is.EqualTo(CompiledRule.DenyAll));
        var global = PolicyCompiler.Unreadable(new PolicyId("GlobalNetworkPolicy", "", "a"), "is not JSON");
        Assert.That(global.Selector.ToString(), Is.EqualTo("!all()"));
    }

    [TestCase("""{"action":"Alow"}""")]
    [TestCase("""["no rule"]""")]
    public void A_profile_with_a_wrong_rule_denies_and_its_labels_still_hold(string rule)
    {
        var profile = Profile("kns.shop", rule, """{"action":"Allow"}""", [("pcns.team", "red")]);
        var snapshot = Shop with { Profiles = [profile] };
        Assert.That(Allowed(snapshot, Web), Is.False);
        var byTeam = Global("a", new() { NamespaceSelector = "team == 'red'", Ingress = [Allow()] });
        Assert.That(Allowed(snapshot with { GlobalPolicies = [byTeam] }, Web));
    }

    [Test]
    public void A_tier_with_a_wrong_default_action_denies_at_its_end()
    {
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { Selector = "app == 'nobody'" })] });
        var verdict = new PolicyEvaluator(Shop with { Policies = [policy], Tiers = [Tier("default", 1_000_000, "Accept")] }).Evaluate(TcpTo(Db, 80));
        Assert.That(verdict.Ingress!.Reason, Is.EqualTo(VerdictReason.EndOfTier));
    }

    private static bool Allowed(PolicySnapshot snapshot, string destination) =>
        new PolicyEvaluator(snapshot).Evaluate(TcpTo(destination, 80, Outside)).Ingress!.Allowed;
}
