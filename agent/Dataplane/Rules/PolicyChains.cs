using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// The chains of a policy or a profile, one for each direction. They drop, or return with the accept bit, the pass bit, or neither.
/// </summary>
internal sealed class PolicyChains(RuleContext context)
{
    private readonly RuleWriter _writer = new(context);

    public IEnumerable<IptablesChain> Of(ActivePolicyUpdate policy) =>
    [
        new(ChainNames.Policy(PolicyDirection.Ingress, policy.Id), _writer.Write(policy.Ingress)),
        new(ChainNames.Policy(PolicyDirection.Egress, policy.Id), _writer.Write(policy.Egress)),
    ];

    public IEnumerable<IptablesChain> Of(ActiveProfileUpdate profile) =>
    [
        new(ChainNames.Profile(PolicyDirection.Ingress, profile.Name), _writer.Write(profile.Ingress)),
        new(ChainNames.Profile(PolicyDirection.Egress, profile.Name), _writer.Write(profile.Egress)),
    ];
}
