using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>
/// Who wants which chains of one family: an owner says all it wants each time, and what it no longer wants goes. A chain that another owner
/// has taken over meanwhile is the other's.
/// </summary>
internal sealed class ChainOwners(IIptables tables)
{
    private readonly Dictionary<string, Dictionary<(IptablesTable Table, string Name), IptablesChain>> _owned = [];
    private readonly Dictionary<(IptablesTable Table, string Name), string> _owner = [];

    public int Count => _owner.Count;

    public void Set(string owner, IEnumerable<TableChain> wanted)
    {
        var before = _owned.GetValueOrDefault(owner) ?? [];
        var after = new Dictionary<(IptablesTable, string), IptablesChain>();
        foreach (var (table, chain) in wanted)
        {
            var key = (table, chain.Name);
            after[key] = chain;
            if (_owner.GetValueOrDefault(key) != owner || !chain.Equals(before.GetValueOrDefault(key)))
            {
                _owner[key] = owner;
                tables.Set(table, chain);
            }
        }

        foreach (var key in before.Keys.Where(key => !after.ContainsKey(key) && _owner.GetValueOrDefault(key) == owner))
        {
            _owner.Remove(key);
            tables.Remove(key.Table, key.Name);
        }

        if (after.Count > 0)
        {
            _owned[owner] = after;
        }
        else
        {
            _owned.Remove(owner);
        }
    }
}
