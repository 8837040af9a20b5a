using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>What the messages of the calculation graph add up to, as far as workloads' policy needs it. Not thread-safe.</summary>
internal sealed class ActiveState
{
    private readonly Dictionary<string, MemberSet> _sets = [];
    private readonly Dictionary<PolicyId, ActivePolicyUpdate> _policies = [];
    private readonly Dictionary<string, ActiveProfileUpdate> _profiles = [];
    private readonly Dictionary<ResourceId, WorkloadEndpointUpdate> _endpoints = [];
    private readonly Dictionary<IpAddress, List<WorkloadEndpointUpdate>> _byAddress = [];

    /// <summary>Every rule of the active policies and profiles.</summary>
    public IEnumerable<ActiveRule> Rules =>
        _policies.Values.SelectMany(policy => policy.Ingress.Concat(policy.Egress))
            .Concat(_profiles.Values.SelectMany(profile => profile.Ingress.Concat(profile.Egress)));

    public IReadOnlyCollection<IpAddress> LocalAddresses => _byAddress.Keys;

    public WorkloadEndpointUpdate? Endpoint(ResourceId id) => _endpoints.GetValueOrDefault(id);

    /// <summary>The local workload at an address; of several the one whose name comes first.</summary>
    public WorkloadEndpointUpdate? EndpointAt(IpAddress address) => _byAddress.TryGetValue(address, out var endpoints) ? endpoints[0] : null;

    public MemberSet? Set(string id) => _sets.GetValueOrDefault(id);

    public ActivePolicyUpdate? Policy(PolicyId id) => _policies.GetValueOrDefault(id);

    public ActiveProfileUpdate? Profile(string name) => _profiles.GetValueOrDefault(name);

    public void Apply(DataplaneMessage message)
    {
        switch (message)
        {
            case IpSetUpdate set:
                var members = new MemberSet();
                members.Add(set.Members);
                _sets[set.Id] = members;
                break;
            case IpSetDelta delta:
                _sets[delta.Id].Add(delta.Added);
                _sets[delta.Id].Remove(delta.Removed);
                break;
            case IpSetRemove set:
                _sets.Remove(set.Id);
                break;
            case ActivePolicyUpdate policy:
                _policies[policy.Id] = policy;
                break;
            case ActivePolicyRemove policy:
                _policies.Remove(policy.Id);
                break;
            case ActiveProfileUpdate profile:
                _profiles[profile.Name] = profile;
                break;
            case ActiveProfileRemove profile:
                _profiles.Remove(profile.Name);
                break;
            case WorkloadEndpointUpdate endpoint:
                Forget(endpoint.Id);
                Remember(endpoint);
                break;
            case WorkloadEndpointRemove endpoint:
                Forget(endpoint.Id);
                break;
        }
    }

    public static IEnumerable<IpAddress> AddressesOf(WorkloadEndpointUpdate? endpoint) =>
        endpoint is null ? [] : endpoint.Networks.Where(net => net.IsSingleAddress).Select(net => net.Address);

    private void Remember(WorkloadEndpointUpdate endpoint)
    {
        _endpoints[endpoint.Id] = endpoint;
        foreach (var address in AddressesOf(endpoint).Distinct())
        {
            if (!_byAddress.TryGetValue(address, out var endpoints))
            {
                _byAddress[address] = endpoints = [];
            }

            endpoints.Add(endpoint);
            endpoints.Sort(static (left, right) => string.CompareOrdinal(left.Id.ToString(), right.Id.ToString()));
        }
    }

    private void Forget(ResourceId id)
    {
        if (!_endpoints.Remove(id, out var endpoint))
        {
            return;
        }

        foreach (var address in AddressesOf(endpoint).Distinct())
        {
            var endpoints = _byAddress[address];
            endpoints.RemoveAll(other => other.Id == id);
            if (endpoints.Count == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }
}
