using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Labels;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>A policy and how many endpoints of this node it decides about.</summary>
/// <param name="changed">Called for every endpoint that the policy begins or ceases to decide about.</param>
internal sealed class PolicyTarget(CompiledPolicy policy, Action<PolicyTarget, LocalEndpoint> changed) : LabelTarget<LocalEndpoint>(policy.Selector)
{
    private int _endpoints;

    public CompiledPolicy Policy { get; } = policy;

    public bool IsActive => _endpoints > 0;

    protected override void Started(LocalEndpoint item)
    {
        if (Concerns(item))
        {
            _endpoints++;
            item.Policies.Add(Policy);
            changed(this, item);
        }
    }

    protected override void Stopped(LocalEndpoint item)
    {
        if (Concerns(item))
        {
            _endpoints--;
            item.Policies.Remove(Policy);
            changed(this, item);
        }
    }

    // Stages before the normal one are of hosts alone.
    private bool Concerns(LocalEndpoint endpoint) =>
        endpoint.IsHost
        || Policy.AppliesTo(PolicyDirection.Ingress, PolicyStage.Normal)
        || Policy.AppliesTo(PolicyDirection.Egress, PolicyStage.Normal);
}
