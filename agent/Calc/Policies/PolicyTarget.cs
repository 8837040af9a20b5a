using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Labels;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>A policy and how many endpoints of this node it decides about.</summary>
/// <param name="policy">The same as <paramref name="stored"/>.</param>
/// <param name="changed">Called for every endpoint that the policy begins or ceases to decide about.</param>
internal sealed class PolicyTarget(StoredPolicy stored, CompiledPolicy policy, Action<PolicyTarget, LocalEndpoint> changed)
    : LabelTarget<LocalEndpoint>(policy.Selector)
{
    // Stages before the normal one are of hosts alone.
    private readonly bool _concernsWorkloads =
        policy.AppliesTo(PolicyDirection.Ingress, PolicyStage.Normal) || policy.AppliesTo(PolicyDirection.Egress, PolicyStage.Normal);

    private CompiledPolicy? _compiled;
    private int _endpoints;

    public PolicyId Id { get; } = policy.Id;

    public StoredPolicy Stored { get; } = stored;

    /// <summary>The policy, as long as it decides about an endpoint of this node.</summary>
    public CompiledPolicy? Active => _compiled;

    protected override void Started(LocalEndpoint item)
    {
        if (Concerns(item))
        {
            _compiled ??= Stored.Compile(Id.Namespace.Length == 0);
            _endpoints++;
            item.Policies.Add(_compiled);
            changed(this, item);
        }
    }

    protected override void Stopped(LocalEndpoint item)
    {
        if (Concerns(item))
        {
            item.Policies.Remove(_compiled!);
            _compiled = --_endpoints > 0 ? _compiled : null;
            changed(this, item);
        }
    }

    private bool Concerns(LocalEndpoint endpoint) => endpoint.IsHost || _concernsWorkloads;
}
