using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Policies;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Endpoints;

/// <summary>Says what the endpoints of this node are made of: their own fields, their profiles, their tiers.</summary>
internal sealed class LocalEndpointCalculator
{
    private readonly LabelIndex _labels;
    private readonly ActiveProfileCalculator _profiles;
    private readonly PolicyResolver _resolver;
    private readonly Dictionary<ResourceId, LocalEndpoint> _endpoints = [];
    private readonly Dictionary<ResourceId, DataplaneMessage> _sent = [];
    private readonly HashSet<ResourceId> _changed = [];

    public LocalEndpointCalculator(LabelIndex labels, RuleScanner rules, TierIndex tiers)
    {
        _labels = labels;
        _profiles = new ActiveProfileCalculator(rules, OnChanged);
        _resolver = new PolicyResolver(tiers);
    }

    public ActiveProfileCalculator Profiles => _profiles;

    public void Set(LocalEndpoint endpoint, LabelSource labels)
    {
        // The new one first: what both need stays in use.
        _labels.Add(endpoint, labels);
        _profiles.AddUser(endpoint);
        Forget(endpoint.Id);
        _endpoints.Add(endpoint.Id, endpoint);
        OnChanged(endpoint);
    }

    public void Remove(ResourceId id)
    {
        if (Forget(id))
        {
            _changed.Add(id);
        }
    }

    public void OnChanged(LocalEndpoint endpoint) => _changed.Add(endpoint.Id);

    public void OnTiersChanged() => _changed.UnionWith(_endpoints.Keys);

    public void Flush(MessageSequencer messages)
    {
        _profiles.Flush(messages);
        foreach (var id in _changed)
        {
            if (_endpoints.TryGetValue(id, out var endpoint))
            {
                var message = Resolve(endpoint);
                if (message != _sent.GetValueOrDefault(id))
                {
                    _sent[id] = message;
                    messages.Add(message);
                }
            }
            else if (_sent.Remove(id))
            {
                messages.Add(id.Kind == ResourceKind.HostEndpoint ? new HostEndpointRemove(id) : new WorkloadEndpointRemove(id));
            }
        }

        _changed.Clear();
    }

    private bool Forget(ResourceId id)
    {
        if (!_endpoints.Remove(id, out var endpoint))
        {
            return false;
        }

        _labels.Remove(endpoint);
        _profiles.RemoveUser(endpoint);
        return true;
    }

    private DataplaneMessage Resolve(LocalEndpoint endpoint)
    {
        ValueArray<string> profiles = [.. endpoint.Profiles.Distinct().Where(_profiles.Exists)];
        return endpoint.Template switch
        {
            HostEndpointUpdate host => host with
            {
                Profiles = profiles,
                Normal = _resolver.Resolve(endpoint.Policies, PolicyStage.Normal),
                Forward = _resolver.Resolve(endpoint.Policies, PolicyStage.Forward),
                Untracked = _resolver.Resolve(endpoint.Policies, PolicyStage.Untracked),
                PreDnat = _resolver.Resolve(endpoint.Policies, PolicyStage.PreDnat),
            },
            WorkloadEndpointUpdate workload => workload with
            {
                Profiles = profiles,
                MissingProfiles = profiles.Count > 0 ? [] : [.. endpoint.Profiles.Distinct()],
                Tiers = _resolver.Resolve(endpoint.Policies, PolicyStage.Normal),
            },
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no endpoint"),
        };
    }
}
