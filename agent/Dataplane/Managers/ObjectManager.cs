using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Rules;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>Policies, or profiles: each has chains of its own, in the tables where host endpoints need it and in filter.</summary>
/// <param name="kind">Tells their chains' owners from others.</param>
internal sealed class ObjectManager<TKey, TUpdate>(
    string kind, Func<RuleRenderer, TUpdate, IReadOnlyCollection<HostEndpointUpdate>, IReadOnlyList<TableChain>> render)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TUpdate> _objects = [];
    private readonly HashSet<TKey> _changed = [];

    public int Count => _objects.Count;

    public void Set(TKey key, TUpdate update)
    {
        _objects[key] = update;
        _changed.Add(key);
    }

    public void Remove(TKey key)
    {
        _objects.Remove(key);
        _changed.Add(key);
    }

    /// <summary>Whether host endpoints need them, and in which tables, has changed.</summary>
    public void UsersChanged(IEnumerable<TKey> keys) => _changed.UnionWith(keys);

    public void Complete(IReadOnlyList<FamilyTables> families, IReadOnlyCollection<HostEndpointUpdate> hosts)
    {
        foreach (var key in _changed)
        {
            foreach (var family in families)
            {
                family.Chains.Set($"{kind} {key}", _objects.TryGetValue(key, out var update) ? render(family.Rules, update, hosts) : []);
            }
        }

        _changed.Clear();
    }
}
