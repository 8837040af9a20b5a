using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Policies;
using Calico.Agent.Calc.Sets;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc;

/// <summary>
/// Turns what the datastore holds into what this node's kernel should have. What comes out depends on what the datastore holds, never on
/// the order or number of the updates that said so. Not thread-safe; docs/design/calc.md has the picture.
/// </summary>
public sealed class CalculationGraph
{
    private readonly string _node;
    private readonly LabelIndex _localLabels = new();
    private readonly IpSetIndex _sets = new();
    private readonly TierIndex _tiers = new();
    private readonly FixedSets _fixedSets;
    private readonly LocalEndpointCalculator _endpoints;
    private readonly ActivePolicyCalculator _policies;
    private bool _isInSync;
    private bool _inSyncSent;

    /// <param name="node">The name of this node, as endpoints have it in <c>spec.node</c>.</param>
    public CalculationGraph(string node)
    {
        _node = node;
        _fixedSets = new FixedSets(_sets);
        var rules = new RuleScanner(_sets);
        _endpoints = new LocalEndpointCalculator(_localLabels, rules, _tiers);
        _policies = new ActivePolicyCalculator(_localLabels, rules, _endpoints.OnChanged);
    }

    /// <summary>Takes in an update. Cheap: what follows from many is worked out once, by <see cref="Flush"/>.</summary>
    public void OnUpdate(StoreUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        switch (update)
        {
            case ResourceUpdated<WorkloadEndpointSpec> { Value: var value }:
                Set(update.Id, value);
                break;
            case ResourceUpdated<HostEndpointSpec> { Value: var value }:
                Set(update.Id, value);
                break;
            case ResourceUpdated<NetworkSetSpec> { Value: var value }:
                Set(update.Id, value);
                break;
            case ResourceUpdated<NetworkPolicySpec> { Value: var value } when update.Id.Kind == ResourceKind.NetworkPolicy:
                _policies.Set(PolicyCompiler.Compile(Stored(update.Id, value)));
                break;
            case ResourceUpdated<GlobalNetworkPolicySpec> { Value: var value } when update.Id.Kind == ResourceKind.GlobalNetworkPolicy:
                _policies.Set(PolicyCompiler.Compile(Stored(update.Id, value)));
                break;
            case ResourceUpdated<ProfileSpec> { Value: var value }:
                Set(PolicyCompiler.Compile(Stored(update.Id, value)));
                break;
            case ResourceUpdated<TierSpec> { Value: var value }:
                Set(CompiledTier.Of(Stored(update.Id, value)));
                break;
            case ResourceUpdated<IpPoolSpec> { Value.Spec: var spec }:
                _fixedSets.Set(update.Id, spec);
                break;
            case ResourceUpdated<NodeSpec> { Value.Spec: var spec }:
                _fixedSets.Set(update.Id, spec);
                break;
            case ResourceUnreadable { Problem: var problem }:
                Close(update.Id, problem);
                break;
            case ResourceDeleted:
                Remove(update.Id);
                break;
        }
    }

    /// <summary>The datastore has said all that it held at the start.</summary>
    public void OnInSync() => _isInSync = true;

    /// <summary>What changed since the last time, in an order that is safe to apply one by one. Empty when nothing did.</summary>
    public IReadOnlyList<DataplaneMessage> Flush()
    {
        var messages = new MessageSequencer();
        _policies.Flush(messages);
        _endpoints.Flush(messages);
        // Last: the others take and give back references to sets.
        _sets.Flush(messages);
        if (_isInSync && !_inSyncSent)
        {
            _inSyncSent = true;
            messages.Add(new InSync());
        }

        return messages.ToMessages();
    }

    private void Set(ResourceId id, Resource<WorkloadEndpointSpec> workload)
    {
        var spec = workload.Spec;
        var labels = LabelSource.Of(workload.Metadata, id.Namespace, spec.Profiles);
        _sets.SetSource(id, MemberSource.Of(spec), labels);
        if (spec.Node != _node || string.IsNullOrEmpty(spec.InterfaceName))
        {
            _endpoints.Remove(id);
            return;
        }

        var template = new WorkloadEndpointUpdate(id, spec.InterfaceName)
        {
            Mac = spec.Mac,
            Networks = [.. spec.IPNetworks ?? []],
            AllowSpoofedSourcePrefixes = [.. spec.AllowSpoofedSourcePrefixes ?? []],
        };
        _endpoints.Set(new LocalEndpoint(id, template, labels.Profiles), labels);
    }

    private void Set(ResourceId id, Resource<HostEndpointSpec> host)
    {
        var spec = host.Spec;
        var labels = LabelSource.Of(host.Metadata, "", spec.Profiles);
        _sets.SetSource(id, MemberSource.Of(spec), labels);
        if (spec.Node != _node)
        {
            _endpoints.Remove(id);
            return;
        }

        var template = new HostEndpointUpdate(id, spec.InterfaceName ?? "")
        {
            ExpectedIPs = [.. (spec.ExpectedIPs ?? []).Where(text => IpAddress.TryParse(text, out _)).Select(IpAddress.Parse)],
        };
        _endpoints.Set(new LocalEndpoint(id, template, labels.Profiles), labels);
    }

    // A set in a namespace inherits the namespace's labels.
    private void Set(ResourceId id, Resource<NetworkSetSpec> set) =>
        _sets.SetSource(id, MemberSource.Of(set.Spec), LabelSource.Of(set.Metadata, id.Namespace, id.Namespace.Length > 0 ? [$"kns.{id.Namespace}"] : []));

    private void Set(CompiledProfile profile)
    {
        _endpoints.Profiles.Set(profile);
        SetInheritedLabels(profile.Name, profile.Labels);
    }

    private void Set(CompiledTier tier)
    {
        if (_tiers.Set(tier))
        {
            _endpoints.OnTiersChanged();
        }
    }

    private void SetInheritedLabels(string profile, IEnumerable<KeyValuePair<string, string>> labels)
    {
        _localLabels.SetProfile(profile, labels);
        _sets.Labels.SetProfile(profile, labels);
    }

    // Fails closed: a policy and a profile deny, a workload's interface is unknown, a pool and a set of nets are not there.
    private void Close(ResourceId id, string problem)
    {
        if (id.Kind == ResourceKind.NetworkPolicy || id.Kind == ResourceKind.GlobalNetworkPolicy)
        {
            _policies.Set(PolicyCompiler.Unreadable(PolicyIdOf(id), problem));
        }
        else if (id.Kind == ResourceKind.Profile)
        {
            Set(new CompiledProfile(id.Name, [CompiledRule.DenyAll], [CompiledRule.DenyAll]));
        }
        else
        {
            Remove(id);
        }
    }

    private void Remove(ResourceId id)
    {
        _sets.RemoveSource(id);
        _endpoints.Remove(id);
        _fixedSets.Remove(id);
        _policies.Remove(PolicyIdOf(id));
        if (id.Kind == ResourceKind.Profile)
        {
            _endpoints.Profiles.Remove(id.Name);
            SetInheritedLabels(id.Name, []);
        }
        else if (id.Kind == ResourceKind.Tier && _tiers.Remove(id.Name))
        {
            _endpoints.OnTiersChanged();
        }
    }

    private static PolicyId PolicyIdOf(ResourceId id) => new(id.Kind.Kind, id.Namespace, id.Name);

    // The key says what the object is, whatever its value claims.
    private static Resource<TSpec> Stored<TSpec>(ResourceId id, Resource<TSpec> value)
        where TSpec : class, new() =>
        value with { Kind = id.Kind.Kind, Metadata = value.Metadata with { Name = id.Name, Namespace = id.Namespace.Length > 0 ? id.Namespace : null } };
}
