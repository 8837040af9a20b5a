using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>Workload endpoints: the chains of each interface, and the way to them.</summary>
internal sealed class WorkloadManager
{
    private readonly Dictionary<ResourceId, WorkloadEndpointUpdate> _workloads = [];

    // Several objects may claim one interface, until the older one is deleted or for good: the one with the smallest name counts, whatever came first.
    private readonly Dictionary<string, SortedDictionary<string, WorkloadEndpointUpdate>> _claims = [];
    private readonly HashSet<string> _changed = [];

    // The dispatch is needed from the start, be it without a single workload.
    private bool _dispatchChanged = true;

    public int Count => _workloads.Count;

    public void Set(WorkloadEndpointUpdate workload)
    {
        Remove(workload.Id);
        _workloads[workload.Id] = workload;
        if (!_claims.TryGetValue(workload.InterfaceName, out var claims))
        {
            _claims[workload.InterfaceName] = claims = new SortedDictionary<string, WorkloadEndpointUpdate>(StringComparer.Ordinal);
        }

        claims[workload.Id.ToString()] = workload;
        _changed.Add(workload.InterfaceName);
    }

    public void Remove(ResourceId id)
    {
        if (!_workloads.Remove(id, out var workload))
        {
            return;
        }

        var claims = _claims[workload.InterfaceName];
        claims.Remove(id.ToString());
        if (claims.Count == 0)
        {
            _claims.Remove(workload.InterfaceName);
        }

        _changed.Add(workload.InterfaceName);
    }

    public void Complete(IReadOnlyList<FamilyTables> families)
    {
        if (_changed.Count == 0 && !_dispatchChanged)
        {
            return;
        }

        foreach (var family in families)
        {
            foreach (var name in _changed)
            {
                family.Chains.Set($"workload {name}", Winner(name) is { } winner ? family.Rules.Workload(winner) : []);
            }

            family.Chains.Set("dispatch", family.Rules.WorkloadDispatch([.. _claims.Keys.Select(name => Winner(name)!)]));
        }

        _changed.Clear();
        _dispatchChanged = false;
    }

    private WorkloadEndpointUpdate? Winner(string interfaceName) => _claims.GetValueOrDefault(interfaceName)?.First().Value;
}
