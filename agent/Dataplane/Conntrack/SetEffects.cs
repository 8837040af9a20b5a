using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>
/// Which sets can turn an allowed flow into a denied one by growing, and which by shrinking. In a cluster where pods come and go, most
/// changes of sets only allow more, and need no look at the tracked connections.
/// </summary>
internal sealed class SetEffects
{
    private readonly HashSet<string> _deniesByGrowing = [];
    private readonly HashSet<string> _deniesByShrinking = [];

    public SetEffects(IEnumerable<ActiveRule> rules)
    {
        foreach (var rule in rules.Where(rule => rule.Action != RuleAction.Log))
        {
            Add(rule.Action, rule.Source);
            Add(rule.Action, rule.Destination);
        }
    }

    public bool MayDeny(IpSetDelta delta) =>
        (delta.Added.Count > 0 && _deniesByGrowing.Contains(delta.Id)) || (delta.Removed.Count > 0 && _deniesByShrinking.Contains(delta.Id));

    private void Add(RuleAction action, ActiveEntity entity)
    {
        foreach (var id in entity.Sets)
        {
            // With a larger set the rule matches more, unless the set excludes. What a Pass leads to is not looked at.
            var excludes = id == entity.NotSet || id == entity.NotListSet || entity.NotPortSets.Contains(id);
            if (action == RuleAction.Pass || (action == RuleAction.Deny) != excludes)
            {
                _deniesByGrowing.Add(id);
            }

            if (action == RuleAction.Pass || (action == RuleAction.Deny) == excludes)
            {
                _deniesByShrinking.Add(id);
            }
        }
    }
}
