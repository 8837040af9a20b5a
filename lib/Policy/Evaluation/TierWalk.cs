using System.Collections.Immutable;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>The way of one packet through the tiers and profiles of one endpoint, in one direction at one stage.</summary>
internal sealed class TierWalk(PolicyEndpoint endpoint, PolicyDirection direction, PolicyStage stage, Packet packet, RuleMatcher matcher)
{
    private readonly ImmutableArray<RuleReference>.Builder _logged = ImmutableArray.CreateBuilder<RuleReference>();
    private readonly ImmutableArray<RuleReference>.Builder _passed = ImmutableArray.CreateBuilder<RuleReference>();
    private readonly ImmutableArray<TierStep>.Builder _steps = ImmutableArray.CreateBuilder<TierStep>();

    /// <summary>The verdict of the first tier that has one; null when none has.</summary>
    public EndpointVerdict? ThroughTiers(IEnumerable<OrderedTier> tiers) =>
        tiers.Select(ThroughTier).FirstOrDefault(verdict => verdict is not null);

    /// <summary>The verdict of the profiles, which is to drop when none of them decides.</summary>
    public EndpointVerdict ThroughProfiles()
    {
        foreach (var profile in endpoint.Profiles)
        {
            var id = new PolicyId("Profile", "", profile.Name);
            if (FirstDecision(profile.Rules(direction), id) is { Action: not RuleAction.Pass } decision)
            {
                return Verdict(decision.Action == RuleAction.Allow, VerdictReason.ProfileRule) with { Rule = decision.Rule };
            }
        }

        return Verdict(false, VerdictReason.NoProfileMatch);
    }

    public EndpointVerdict Verdict(bool allowed, VerdictReason reason) =>
        new(endpoint.Id, direction, stage, allowed, reason) { Logged = _logged.ToImmutable(), Passed = _passed.ToImmutable(), Steps = _steps.ToImmutable() };

    private EndpointVerdict? ThroughTier(OrderedTier tier)
    {
        // A tier without a policy that selects the endpoint in this direction is not there; staged ones do not count.
        var asked = ImmutableArray.CreateBuilder<PolicyId>();
        foreach (var policy in tier.Policies)
        {
            if (policy.Staged || !policy.AppliesTo(direction, stage) || !policy.Selector.Matches(endpoint.Labels))
            {
                continue;
            }

            asked.Add(policy.Id);
            if (FirstDecision(policy.Rules(direction), policy.Id) is { } decision)
            {
                if (decision.Action == RuleAction.Pass)
                {
                    _passed.Add(decision.Rule);
                    Step(TierOutcome.PassedByRule);
                    return null;
                }

                Step(TierOutcome.Decided);
                return Verdict(decision.Action == RuleAction.Allow, VerdictReason.PolicyRule) with { Tier = tier.Tier.Name, Rule = decision.Rule };
            }
        }

        // What is refused before connection tracking or DNAT must be refused by a rule; silence leaves it to the normal stage.
        var endDenies = !tier.Tier.PassesAtEnd && stage is (PolicyStage.Normal or PolicyStage.Forward);
        if (asked.Count == 0)
        {
            return null;
        }

        Step(endDenies ? TierOutcome.DeniedAtEnd : TierOutcome.PassedAtEnd);
        return endDenies ? Verdict(false, VerdictReason.EndOfTier) with { Tier = tier.Tier.Name } : null;

        void Step(TierOutcome outcome) => _steps.Add(new TierStep(tier.Tier.Name, asked.ToImmutable(), outcome));
    }

    private (RuleAction Action, RuleReference Rule)? FirstDecision(ImmutableArray<CompiledRule> rules, PolicyId policy)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if (!matcher.Matches(rules[i], packet))
            {
                continue;
            }

            var reference = new RuleReference(policy, direction, i);
            if (rules[i].Action != RuleAction.Log)
            {
                return (rules[i].Action, reference);
            }

            _logged.Add(reference);
        }

        return null;
    }
}
