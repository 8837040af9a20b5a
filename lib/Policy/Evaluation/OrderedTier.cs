using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>A tier with its policies in order.</summary>
internal sealed record OrderedTier(CompiledTier Tier, IReadOnlyList<CompiledPolicy> Policies)
{
    /// <summary>All tiers that have policies, in order: stored, well-known, or named by a policy alone.</summary>
    public static IReadOnlyList<OrderedTier> Arrange(IEnumerable<CompiledTier> stored, IEnumerable<CompiledPolicy> policies)
    {
        var tiers = CompiledTier.WellKnown.ToDictionary(tier => tier.Name);
        foreach (var tier in stored)
        {
            tiers[tier.Name] = tier;
        }

        return
        [
            .. policies
                .GroupBy(policy => policy.Tier)
                .Select(group => new OrderedTier(
                    tiers.GetValueOrDefault(group.Key) ?? CompiledTier.Missing(group.Key), [.. group.Order(PolicyOrder.OfPolicies)]))
                .OrderBy(ordered => ordered.Tier, PolicyOrder.OfTiers),
        ];
    }
}
