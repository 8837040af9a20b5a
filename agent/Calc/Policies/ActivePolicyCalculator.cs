using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>Finds the policies that decide about endpoints of this node. The others cost their memory and nothing else.</summary>
internal sealed class ActivePolicyCalculator
{
    private readonly LabelIndex _localEndpoints;
    private readonly RuleScanner _rules;
    private readonly Action<LocalEndpoint> _endpointChanged;
    private readonly Action<PolicyTarget, LocalEndpoint> _matchChanged;
    private readonly Dictionary<PolicyId, PolicyTarget> _policies = [];
    private readonly Dictionary<PolicyId, ActivePolicyUpdate> _sent = [];
    private readonly HashSet<PolicyId> _changed = [];

    public ActivePolicyCalculator(LabelIndex localEndpoints, RuleScanner rules, Action<LocalEndpoint> endpointChanged)
    {
        (_localEndpoints, _rules, _endpointChanged) = (localEndpoints, rules, endpointChanged);
        // One for all policies.
        _matchChanged = OnMatchChanged;
    }

    /// <param name="policy">The same as <paramref name="stored"/>, and not kept.</param>
    public void Set(StoredPolicy stored, CompiledPolicy policy)
    {
        if (_policies.TryGetValue(policy.Id, out var old))
        {
            if (old.Stored.IsSame(stored))
            {
                return;
            }

            _localEndpoints.Remove(old);
        }

        var target = new PolicyTarget(stored, policy, _matchChanged);
        _policies[policy.Id] = target;
        _localEndpoints.Add(target);
    }

    public void Remove(PolicyId id)
    {
        if (_policies.Remove(id, out var target))
        {
            _localEndpoints.Remove(target);
        }
    }

    public void Flush(MessageSequencer messages)
    {
        foreach (var id in _changed)
        {
            var before = _sent.GetValueOrDefault(id);
            if (_policies.GetValueOrDefault(id)?.Active is { } policy)
            {
                var now = new ActivePolicyUpdate(id, _rules.Acquire(policy.IngressRules), _rules.Acquire(policy.EgressRules));
                _sent[id] = now;
                if (now != before)
                {
                    messages.Add(now);
                }
            }
            else if (_sent.Remove(id))
            {
                messages.Add(new ActivePolicyRemove(id));
            }

            if (before is not null)
            {
                _rules.Release(before.Ingress);
                _rules.Release(before.Egress);
            }
        }

        _changed.Clear();
    }

    private void OnMatchChanged(PolicyTarget policy, LocalEndpoint endpoint)
    {
        _changed.Add(policy.Id);
        _endpointChanged(endpoint);
    }
}
