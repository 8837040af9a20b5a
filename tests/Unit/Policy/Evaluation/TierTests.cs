using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>Tiers, orders, actions and profiles: who decides.</summary>
internal sealed class TierTests
{
    private static readonly Packet WebToDb = TcpTo(Db, 5432);

    [Test]
    public void Without_a_policy_the_profiles_decide()
    {
        var verdict = new PolicyEvaluator(Shop).Evaluate(WebToDb);
        Assert.That(verdict.Allowed);
        Assert.That(verdict.Ingress!.Reason, Is.EqualTo(VerdictReason.ProfileRule));
        Assert.That(verdict.Ingress.ToString(), Is.EqualTo("WorkloadEndpoint shop/db: ingress allowed by rule ingress[0] of Profile kns.shop; no policy decided"));
    }

    [Test]
    public void Without_a_matching_profile_the_packet_is_dropped()
    {
        var verdict = new PolicyEvaluator(Shop with { Profiles = [] }).Evaluate(WebToDb);
        Assert.That(verdict.Egress!.Reason, Is.EqualTo(VerdictReason.NoProfileMatch));
        Assert.That(verdict.Allowed, Is.False);
    }

    [Test]
    public void A_policy_in_one_direction_leaves_the_other_to_the_profiles()
    {
        var verdict = Evaluate(Ingress("a", Allow()));
        Assert.That(verdict.Ingress!.Reason, Is.EqualTo(VerdictReason.PolicyRule));
        Assert.That(verdict.Egress!.Reason, Is.EqualTo(VerdictReason.ProfileRule));
    }

    [Test]
    public void Both_ends_must_allow()
    {
        var deniedAtSource = Evaluate(NetworkPolicy("a", new() { Selector = "app == 'web'", Types = ["Egress"] }));
        Assert.That(deniedAtSource.Egress!.Allowed, Is.False);
        Assert.That(deniedAtSource.Ingress!.Allowed);
        Assert.That(deniedAtSource.Allowed, Is.False);
    }

    [Test]
    public void The_first_allow_or_deny_ends()
    {
        var verdict = Evaluate(Ingress("a", Deny(new() { Nets = [Outside + "/32"] }), Allow(), Deny()));
        Assert.That(verdict.Ingress!.Allowed);
        Assert.That(verdict.Ingress.Rule!.Index, Is.EqualTo(1));
    }

    [Test]
    public void Log_does_not_end_and_is_remembered()
    {
        var verdict = Evaluate(Ingress("a", Log(), Allow()));
        Assert.That(verdict.Ingress!.Allowed);
        Assert.That(verdict.Ingress.Logged.Select(rule => rule.Index), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void What_a_selecting_policy_does_not_decide_is_denied_at_the_end_of_its_tier()
    {
        var verdict = Evaluate(Ingress("a", Allow(new() { Selector = "app == 'nobody'" })));
        Assert.That(verdict.Ingress!.Reason, Is.EqualTo(VerdictReason.EndOfTier));
        Assert.That(verdict.Ingress.ToString(), Does.Contain("denied by end of tier default"));
    }

    [Test]
    public void Policies_of_a_tier_go_by_order_then_name_and_without_an_order_last()
    {
        Assert.That(Deciding(Ingress("z", Deny(), order: 1), Ingress("a", Allow(), order: 2)), Is.EqualTo("z"));
        Assert.That(Deciding(Ingress("b", Deny(), order: 1), Ingress("a", Allow(), order: 1)), Is.EqualTo("a"));
        Assert.That(Deciding(Ingress("a", Allow()), Ingress("b", Deny(), order: 1e9)), Is.EqualTo("b"));
    }

    [Test]
    public void Tiers_go_by_order_then_name_and_a_tier_nobody_made_comes_last()
    {
        var late = InTier("late", Allow());
        var early = InTier("early", Deny());
        var missing = InTier("a-missing", Allow());
        Assert.That(DecidingTier([late, early], Tier("late", 20), Tier("early", 10)), Is.EqualTo("early"));
        Assert.That(DecidingTier([late, early], Tier("late", 10), Tier("early", 10)), Is.EqualTo("early"));
        Assert.That(DecidingTier([late, missing], Tier("late", 2_000_000)), Is.EqualTo("late"));
        Assert.That(DecidingTier([missing]), Is.EqualTo("a-missing"));
    }

    [Test]
    public void The_well_known_tiers_have_their_places_without_being_stored()
    {
        Assert.That(DecidingTier([InTier("kube-baseline", Deny()), InTier("default", Allow())]), Is.EqualTo("default"));
        Assert.That(DecidingTier([InTier("kube-admin", Deny()), InTier("default", Allow())]), Is.EqualTo("kube-admin"));
    }

    [Test]
    public void Pass_leaves_the_tier_for_the_next_and_skips_its_other_policies()
    {
        var passes = InTier("first", Pass());
        var neverAsked = InTier("first", Deny(), "first.z");
        Assert.That(DecidingTier([passes, neverAsked, InTier("second", Allow())], Tier("first", 1), Tier("second", 2)), Is.EqualTo("second"));
    }

    [Test]
    public void Pass_in_the_last_tier_leaves_it_to_the_profiles() =>
        Assert.That(Evaluate(Ingress("a", Pass())).Ingress!.Reason, Is.EqualTo(VerdictReason.ProfileRule));

    [Test]
    public void A_tier_whose_default_action_is_pass_hands_on_what_it_does_not_decide()
    {
        var silent = InTier("first", Allow(new() { Selector = "app == 'nobody'" }));
        var second = InTier("second", Allow());
        Assert.That(DecidingTier([silent, second], Tier("first", 1, "Pass"), Tier("second", 2)), Is.EqualTo("second"));
        Assert.That(DecidingTier([silent, second], Tier("first", 1), Tier("second", 2)), Is.EqualTo("first"));
    }

    [Test]
    public void A_tier_that_selects_the_endpoint_in_the_other_direction_alone_is_skipped()
    {
        var egress = NetworkPolicy("first.a", new() { Tier = "first", Selector = "app == 'db'", Types = ["Egress"] });
        Assert.That(DecidingTier([egress, InTier("second", Allow())], Tier("first", 1), Tier("second", 2)), Is.EqualTo("second"));
    }

    [Test]
    public void A_staged_policy_is_never_enforced_and_does_not_close_its_tier()
    {
        var staged = NetworkPolicy("a", new() { Selector = "all()", Ingress = [Deny()] }, kind: "StagedNetworkPolicy");
        Assert.That(Evaluate(staged).Ingress!.Reason, Is.EqualTo(VerdictReason.ProfileRule));
        Assert.That(Evaluate(staged, Ingress("b", Allow())).Ingress!.Rule!.Policy.Name, Is.EqualTo("b"));
    }

    private static FlowVerdict Evaluate(params Resource<NetworkPolicySpec>[] policies) =>
        new PolicyEvaluator(Shop with { Policies = policies }).Evaluate(WebToDb);

    private static string Deciding(params Resource<NetworkPolicySpec>[] policies) => Evaluate(policies).Ingress!.Rule!.Policy.Name;

    private static string? DecidingTier(Resource<NetworkPolicySpec>[] policies, params Resource<TierSpec>[] tiers) =>
        new PolicyEvaluator(Shop with { Policies = policies, Tiers = tiers }).Evaluate(WebToDb).Ingress!.Tier;

    private static Resource<NetworkPolicySpec> Ingress(string name, params PolicyRule[] rules) =>
        NetworkPolicy(name, new() { Selector = "app == 'db'", Ingress = rules });

    private static Resource<NetworkPolicySpec> Ingress(string name, PolicyRule rule, double order) =>
        NetworkPolicy(name, new() { Selector = "app == 'db'", Ingress = [rule], Order = order });

    private static Resource<NetworkPolicySpec> InTier(string tier, PolicyRule rule, string? name = null) =>
        NetworkPolicy(name ?? $"{tier}.a", new() { Tier = tier, Selector = "app == 'db'", Ingress = [rule] });
}
