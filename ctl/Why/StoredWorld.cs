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
/// What the datastore holds of everything that decides about packets, read as the agents read it. Of endpoints, policies and profiles, of which there may be
/// many thousands, only those that can concern a question are taken apart. Pure; not thread-safe.
/// </summary>
internal sealed class StoredWorld
{
    private static readonly string WorkloadPrefix = EtcdKeys.Prefix(ResourceKind.WorkloadEndpoint);
    private static readonly string PolicyPrefix = EtcdKeys.Prefix(ResourceKind.NetworkPolicy);
    private static readonly string ProfilePrefix = EtcdKeys.Prefix(ResourceKind.Profile);
    private readonly List<KeyValue> _workloads = [];
    private readonly Dictionary<string, Resource<WorkloadEndpointSpec>?> _readWorkloads = new(StringComparer.Ordinal);
    private readonly List<Resource<HostEndpointSpec>> _hosts = [];
    private readonly SortedDictionary<string, Resource<NodeSpec>> _nodes = new(StringComparer.Ordinal);
    private readonly List<Resource<IpPoolSpec>> _pools = [];
    private readonly List<Resource<GlobalNetworkPolicySpec>> _globalPolicies = [];
    private readonly List<Resource<NetworkSetSpec>> _sets = [];
    private readonly List<Resource<TierSpec>> _tiers = [];
    private readonly List<KeyValue> _policies = [];
    private readonly Dictionary<string, KeyValue> _profiles = new(StringComparer.Ordinal);
    private readonly List<ResourceUnreadable> _unreadable = [];

    /// <summary>Of the datastore; all that was added is as of it.</summary>
    public long Revision { get; set; }

    public IReadOnlyList<Resource<HostEndpointSpec>> HostEndpoints => _hosts;

    public IReadOnlyDictionary<string, Resource<NodeSpec>> Nodes => _nodes;

    public IReadOnlyList<Resource<IpPoolSpec>> Pools => _pools;

    public IReadOnlyList<Resource<NetworkSetSpec>> NetworkSets => _sets;

    public IReadOnlyList<Resource<TierSpec>> Tiers => _tiers;

    /// <summary>What cannot be read at all, of what was taken apart.</summary>
    public IReadOnlyList<ResourceUnreadable> Unreadable => _unreadable;

    public void Add(KeyValue keyValue)
    {
        ArgumentNullException.ThrowIfNull(keyValue);
        if (keyValue.Key.StartsWith(WorkloadPrefix, StringComparison.Ordinal))
        {
            _workloads.Add(keyValue);
        }
        else if (keyValue.Key.StartsWith(PolicyPrefix, StringComparison.Ordinal))
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

    /// <summary>The endpoints of a namespace.</summary>
    public IEnumerable<Resource<WorkloadEndpointSpec>> WorkloadsIn(string @namespace) =>
        Read(_workloads.Where(stored => stored.Key.StartsWith($"{WorkloadPrefix}{@namespace}/", StringComparison.Ordinal)));

    /// <summary>Those of a pod of that name, whatever its namespace.</summary>
    public IEnumerable<Resource<WorkloadEndpointSpec>> WorkloadsOf(string pod)
    {
        var part = $"-{pod.Replace("-", "--", StringComparison.Ordinal)}-";
        return Read(_workloads.Where(stored => stored.Key.Contains(part, StringComparison.Ordinal))).Where(workload => workload.Spec.Pod == pod);
    }

    /// <summary>Those that have the address. Values that do not have its text, in the one form that all who write addresses give it, are not taken apart.</summary>
    public IReadOnlyList<Resource<WorkloadEndpointSpec>> WorkloadsAt(IpAddress address)
    {
        var text = System.Text.Encoding.UTF8.GetBytes($"\"{address}/");
        return [.. Read(_workloads.Where(stored => stored.Value.Span.IndexOf(text) >= 0)).Where(workload => (workload.Spec.IPNetworks ?? []).Any(net => net.Address == address))];
    }

    public bool HasProfile(string name) => _profiles.ContainsKey(name) || name == CompiledProfile.DefaultAllow.Name;

    /// <summary>What decides about packets between these addresses: no other endpoint, no policy of another namespace has a say.</summary>
    public PolicySnapshot Snapshot(IReadOnlyCollection<IpAddress> addresses, HostSettings host)
    {
        var workloads = new List<Resource<WorkloadEndpointSpec>>();
        foreach (var address in addresses)
        {
            workloads.AddRange(WorkloadsAt(address).Where(workload => !workloads.Contains(workload)));
        }

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
            Unreadable = [.. updates.OfType<ResourceUnreadable>().Concat(_unreadable).Where(Denies)
                .Select(stored => new UnreadableObject(new PolicyId(stored.Id.Kind.Kind, stored.Id.Namespace, stored.Id.Name), stored.Problem))],
            Host = host,
        };
    }

    private static bool Denies(ResourceUnreadable stored) =>
        stored.Id.Kind == ResourceKind.NetworkPolicy || stored.Id.Kind == ResourceKind.GlobalNetworkPolicy || stored.Id.Kind == ResourceKind.Profile;

    private IEnumerable<Resource<WorkloadEndpointSpec>> Read(IEnumerable<KeyValue> stored)
    {
        foreach (var keyValue in stored)
        {
            if (!_readWorkloads.TryGetValue(keyValue.Key, out var workload))
            {
                var update = StoreUpdateReader.Updated(keyValue.Key, keyValue.Value.Span);
                workload = update is ResourceUpdated<WorkloadEndpointSpec> known ? Stored(known) : null;
                _readWorkloads.Add(keyValue.Key, workload);
                _unreadable.AddRange(new[] { update }.OfType<ResourceUnreadable>());
            }

            if (workload is not null)
            {
                yield return workload;
            }
        }
    }

    private void Add(StoreUpdate update)
    {
        switch (update)
        {
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
                _unreadable.Add(unreadable);
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
