using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>Finds the policies that decide about endpoints of this node. The others cost their memory and nothing else.</summary>
internal sealed class ActivePolicyCalculator(LabelIndex localEndpoints, RuleScanner rules, Action<LocalEndpoint> endpointChanged)
{
    private readonly Dictionary<PolicyId, PolicyTarget> _policies = [];
    private readonly Dictionary<PolicyId, ActivePolicyUpdate> _sent = [];
    private readonly HashSet<PolicyId> _changed = [];

    public void Set(CompiledPolicy policy)
    {
        if (_policies.TryGetValue(policy.Id, out var old))
        {
            if (old.Policy.Equals(policy))
            {
                return;
            }

            localEndpoints.Remove(old);
        }

        var target = new PolicyTarget(policy, OnMatchChanged);
        _policies[policy.Id] = target;
        localEndpoints.Add(target);
    }

    public void Remove(PolicyId id)
    {
        if (_policies.Remove(id, out var target))
        {
            localEndpoints.Remove(target);
        }
    }

    public void Flush(MessageSequencer messages)
    {
        foreach (var id in _changed)
        {
            var before = _sent.GetValueOrDefault(id);
            if (_policies.GetValueOrDefault(id) is { IsActive: true, Policy: var policy })
            {
                var now = new ActivePolicyUpdate(id, rules.Acquire(policy.IngressRules), rules.Acquire(policy.EgressRules));
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
                rules.Release(before.Ingress);
                rules.Release(before.Egress);
            }
        }

        _changed.Clear();
    }

    private void OnMatchChanged(PolicyTarget policy, LocalEndpoint endpoint)
    {
        _changed.Add(policy.Policy.Id);
        endpointChanged(endpoint);
    }
}
