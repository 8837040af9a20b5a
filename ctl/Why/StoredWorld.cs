using Calico.Agent.Calc.Input;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Store;

namespace Calico.Ctl.Why;

/// <summary>
/// What the datastore holds of everything that decides about packets, read as the agents read it. Of policies and profiles, of which there may be many
/// thousands, only those that can concern a question are taken apart. Pure; not thread-safe.
/// </summary>
internal sealed class StoredWorld
{
    private static readonly string PolicyPrefix = EtcdKeys.Prefix(ResourceKind.NetworkPolicy);
    private static readonly string ProfilePrefix = EtcdKeys.Prefix(ResourceKind.Profile);
    private readonly List<Resource<WorkloadEndpointSpec>> _workloads = [];
    private readonly List<Resource<HostEndpointSpec>> _hosts = [];
    private readonly SortedDictionary<string, Resource<NodeSpec>> _nodes = new(StringComparer.Ordinal);
    private readonly List<Resource<IpPoolSpec>> _pools = [];
    private readonly List<Resource<GlobalNetworkPolicySpec>> _globalPolicies = [];
    private readonly List<Resource<NetworkSetSpec>> _sets = [];
    private readonly List<Resource<TierSpec>> _tiers = [];
    private readonly List<KeyValue> _policies = [];
    private readonly Dictionary<string, KeyValue> _profiles = new(StringComparer.Ordinal);
    private readonly List<(ResourceId Id, string Problem)> _unreadable = [];

    /// <summary>Of the datastore; all that was added is as of it.</summary>
    public long Revision { get; set; }

    public IReadOnlyList<Resource<WorkloadEndpointSpec>> Workloads => _workloads;

    public IReadOnlyList<Resource<HostEndpointSpec>> HostEndpoints => _hosts;

    public IReadOnlyDictionary<string, Resource<NodeSpec>> Nodes => _nodes;

    public IReadOnlyList<Resource<IpPoolSpec>> Pools => _pools;

    public IReadOnlyList<Resource<NetworkSetSpec>> NetworkSets => _sets;

    public IReadOnlyList<Resource<TierSpec>> Tiers => _tiers;

    /// <summary>What cannot be read at all, but for policies and profiles, which deny.</summary>
    public IReadOnlyList<(ResourceId Id, string Problem)> Unreadable => _unreadable;

    public void Add(KeyValue keyValue)
    {
        ArgumentNullException.ThrowIfNull(keyValue);
        if (keyValue.Key.StartsWith(PolicyPrefix, StringComparison.Ordinal))
        {
            _policies.Add(keyValue);
        }
        else if (EtcdKeys.TryParseResource(ResourceKind.Profile, keyValue.Key, out _, out var profile))
        {
            _profiles[profile] = keyValue;
        }
        else if (StoreUpdateReader.Updated(keyValue.Key, keyValue.Value.Span) is { } update)
        {
            Add(update);
        }
    }

    public bool HasProfile(string name) => _profiles.ContainsKey(name) || name == CompiledProfile.DefaultAllow.Name;

    /// <summary>What decides about packets between these addresses: no other endpoint, no policy of another namespace has a say.</summary>
    public PolicySnapshot Snapshot(IReadOnlyCollection<IpAddress> addresses, HostSettings host)
    {
        var workloads = _workloads.Where(workload => (workload.Spec.IPNetworks ?? []).Any(net => addresses.Contains(net.Address))).ToList();
        var namespaces = workloads.Select(workload => workload.Metadata.Namespace ?? "").Distinct().ToList();
        var profiles = workloads.SelectMany(workload => workload.Spec.Profiles ?? [])
            .Concat(_hosts.SelectMany(endpoint => endpoint.Spec.Profiles ?? []))
            .Concat(_sets.Select(set => $"kns.{set.Metadata.Namespace}"))
            .Distinct().Where(_profiles.ContainsKey).Select(name => _profiles[name]);
        var policies = _policies.Where(policy => namespaces.Exists(space => policy.Key.StartsWith($"{PolicyPrefix}{space}/", StringComparison.Ordinal)));
        var updates = profiles.Concat(policies).Select(stored => StoreUpdateReader.Updated(stored.Key, stored.Value.Span)).OfType<StoreUpdate>().ToList();
        return new PolicySnapshot
        {
            Workloads = workloads,
            HostEndpoints = _hosts,
            HostInterfaces = [.. HostSight.Interfaces(_nodes.Values, _hosts)],
            Policies = [.. updates.OfType<ResourceUpdated<NetworkPolicySpec>>().Select(Stored)],
            GlobalPolicies = _globalPolicies,
            Tiers = _tiers,
            Profiles = [.. updates.OfType<ResourceUpdated<ProfileSpec>>().Select(Stored)],
            NetworkSets = _sets,
            Unreadable = [.. updates.OfType<ResourceUnreadable>().Select(update => (update.Id, update.Problem)).Concat(_unreadable).Where(DeniesWhenUnreadable)
                .Select(stored => (new PolicyId(stored.Id.Kind.Kind, stored.Id.Namespace, stored.Id.Name), stored.Problem))],
            Host = host,
        };
    }

    private static bool DeniesWhenUnreadable((ResourceId Id, string Problem) stored) =>
        stored.Id.Kind == ResourceKind.NetworkPolicy || stored.Id.Kind == ResourceKind.GlobalNetworkPolicy || stored.Id.Kind == ResourceKind.Profile;

    private void Add(StoreUpdate update)
    {
        switch (update)
        {
            case ResourceUpdated<WorkloadEndpointSpec> workload:
                _workloads.Add(Stored(workload));
                break;
            case ResourceUpdated<HostEndpointSpec> host:
                _hosts.Add(Stored(host));
                break;
            case ResourceUpdated<NodeSpec> node:
                _nodes[node.Id.Name] = Stored(node);
                break;
            case ResourceUpdated<IpPoolSpec> pool:
                _pools.Add(Stored(pool));
                break;
            case ResourceUpdated<GlobalNetworkPolicySpec> policy:
                _globalPolicies.Add(Stored(policy));
                break;
            case ResourceUpdated<NetworkSetSpec> set:
                _sets.Add(Stored(set));
                break;
            case ResourceUpdated<TierSpec> tier:
                _tiers.Add(Stored(tier));
                break;
            case ResourceUnreadable unreadable:
                _unreadable.Add((unreadable.Id, unreadable.Problem));
                break;
        }
    }

    // The key says what the object is, whatever its value claims.
    private static Resource<TSpec> Stored<TSpec>(ResourceUpdated<TSpec> update)
        where TSpec : class, new() => update.Value with
        {
            Kind = update.Id.Kind.Kind,
            Metadata = update.Value.Metadata with { Name = update.Id.Name, Namespace = update.Id.Namespace.Length > 0 ? update.Id.Namespace : null },
        };
}
