using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Endpoints;

/// <summary>Puts the policies of an endpoint into the order in which they decide.</summary>
internal sealed class PolicyResolver(TierIndex tiers)
{
    /// <summary>The tiers that have policies for one stage of the endpoint, in order.</summary>
    public ValueArray<EndpointTier> Resolve(IEnumerable<CompiledPolicy> policies, PolicyStage stage) =>
    [
        .. from policy in policies
           where policy.AppliesTo(PolicyDirection.Ingress, stage) || policy.AppliesTo(PolicyDirection.Egress, stage)
           group policy by policy.Tier into members
           select (Tier: tiers[members.Key], Policies: members.Order(PolicyOrder.OfPolicies).ToList()) into tier
           orderby tier.Tier.Order ?? double.PositiveInfinity, tier.Tier.Name
           select new EndpointTier(
               tier.Tier.Name,
               tier.Tier.PassesAtEnd,
               Ids(tier.Policies, PolicyDirection.Ingress, stage),
               Ids(tier.Policies, PolicyDirection.Egress, stage)),
    ];

    private static ValueArray<PolicyId> Ids(List<CompiledPolicy> policies, PolicyDirection direction, PolicyStage stage) =>
        [.. policies.Where(policy => policy.AppliesTo(direction, stage)).Select(policy => policy.Id)];
}
