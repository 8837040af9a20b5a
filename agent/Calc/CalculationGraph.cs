using System.Collections.Immutable;
using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Policies;
using Calico.Agent.Calc.Sets;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Validation;

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
    private readonly ProblemIndex _problems = new();
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
        _problems.Set(update.Id, Apply(update));
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
        _problems.Flush(messages);
        if (_isInSync && !_inSyncSent)
        {
            _inSyncSent = true;
            messages.Add(new InSync());
        }

        return messages.ToMessages();
    }

    // Takes in an update and says what is wrong with the object.
    private ImmutableArray<ValidationError> Apply(StoreUpdate update)
    {
        var id = update.Id;
        switch (update)
        {
            case ResourceUpdated<WorkloadEndpointSpec> { Value: var value }:
                return Set(id, value);
            case ResourceUpdated<HostEndpointSpec> { Value: var value }:
                return Set(id, Stored(id, value));
            case ResourceUpdated<NetworkSetSpec> { Value: var value }:
                return Set(id, Stored(id, value));
            case ResourceUpdated<NetworkPolicySpec> { Value: var value } when id.Kind == ResourceKind.NetworkPolicy:
                var policy = PolicyCompiler.Compile(Stored(id, value));
                return Set(StoredPolicy.Of(Stored(id, value), policy), policy);
            case ResourceUpdated<GlobalNetworkPolicySpec> { Value: var value } when id.Kind == ResourceKind.GlobalNetworkPolicy:
                var global = PolicyCompiler.Compile(Stored(id, value));
                return Set(StoredPolicy.Of(Stored(id, value), global), global);
            case ResourceUpdated<ProfileSpec> { Value: var value }:
                return Set(PolicyCompiler.Compile(Stored(id, value)));
            case ResourceUpdated<TierSpec> { Value: var value }:
                return Set(Stored(id, value));
            case ResourceUpdated<IpPoolSpec> { Value.Spec: var spec }:
                return _fixedSets.Set(id, spec) ? [] : [Problem(id, "spec.cidr", $"'{spec.Cidr}' is not a CIDR; the pool is as if it were not there")];
            case ResourceUpdated<NodeSpec> { Value.Spec: var spec }:
                _fixedSets.Set(id, spec);
                return [];
            case ResourceUnreadable { Problem: var problem }:
                return Close(id, problem);
            default:
                Remove(id);
                return [];
        }
    }

    private ImmutableArray<ValidationError> Set(ResourceId id, Resource<WorkloadEndpointSpec> workload)
    {
        var spec = workload.Spec;
        var labels = LabelSource.Of(workload.Metadata, id.Namespace, spec.Profiles);
        _sets.SetSource(id, MemberSource.Of(spec), labels);
        if (spec.Node != _node || string.IsNullOrEmpty(spec.InterfaceName))
        {
            _endpoints.Remove(id);
            return spec.Node != _node ? [] : [Problem(id, "spec.interfaceName", "is missing; nothing of the workload is let through")];
        }

        var template = new WorkloadEndpointUpdate(id, spec.InterfaceName)
        {
            Mac = spec.Mac,
            Networks = [.. spec.IPNetworks ?? []],
            AllowSpoofedSourcePrefixes = [.. spec.AllowSpoofedSourcePrefixes ?? []],
        };
        _endpoints.Set(new LocalEndpoint(id, template, labels.Profiles), labels);
        return [];
    }

    private ImmutableArray<ValidationError> Set(ResourceId id, Resource<HostEndpointSpec> host)
    {
        var spec = host.Spec;
        var labels = LabelSource.Of(host.Metadata, "", spec.Profiles);
        _sets.SetSource(id, MemberSource.Of(spec), labels);
        if (spec.Node != _node)
        {
            _endpoints.Remove(id);
            return PolicyValidator.Validate(host);
        }

        var template = new HostEndpointUpdate(id, spec.InterfaceName ?? "")
        {
            ExpectedIPs = [.. HostEndpointAddresses.Of(spec)],
        };
        _endpoints.Set(new LocalEndpoint(id, template, labels.Profiles), labels);
        return PolicyValidator.Validate(host);
    }

    // A set in a namespace inherits the namespace's labels.
    private ImmutableArray<ValidationError> Set(ResourceId id, Resource<NetworkSetSpec> set)
    {
        _sets.SetSource(id, MemberSource.Of(set.Spec), LabelSource.Of(set.Metadata, id.Namespace, id.Namespace.Length > 0 ? [$"kns.{id.Namespace}"] : []));
        return PolicyValidator.Validate(set);
    }

    private ImmutableArray<ValidationError> Set(StoredPolicy stored, CompiledPolicy policy)
    {
        _policies.Set(stored, policy);
        return policy.Errors;
    }

    private ImmutableArray<ValidationError> Set(CompiledProfile profile)
    {
        if (profile.Name == CompiledProfile.DefaultAllow.Name)
        {
            return [new ValidationError(profile.Name, "", "is built in and allows everything; what is stored under its name is not used")];
        }

        _endpoints.Profiles.Set(profile);
        SetInheritedLabels(profile.Name, profile.Labels);
        return profile.Errors;
    }

    private ImmutableArray<ValidationError> Set(Resource<TierSpec> tier)
    {
        if (_tiers.Set(CompiledTier.Of(tier)))
        {
            _endpoints.OnTiersChanged();
        }

        return PolicyValidator.Validate(tier);
    }

    private void SetInheritedLabels(string profile, IEnumerable<KeyValuePair<string, string>> labels)
    {
        _localLabels.SetProfile(profile, labels);
        _sets.Labels.SetProfile(profile, labels);
    }

    // Fails closed where that hurts no one else: a policy of a namespace and a profile deny, a workload's interface is unknown; a global
    // policy, a pool and a set of nets are not there.
    private ImmutableArray<ValidationError> Close(ResourceId id, string problem)
    {
        if (id.Kind == ResourceKind.NetworkPolicy || id.Kind == ResourceKind.GlobalNetworkPolicy)
        {
            var closed = PolicyCompiler.Unreadable(PolicyIdOf(id), problem);
            return Set(StoredPolicy.Of(closed), closed);
        }

        if (id.Kind == ResourceKind.Profile)
        {
            return Set(new CompiledProfile(id.Name, [CompiledRule.DenyAll], [CompiledRule.DenyAll]) { Errors = [Problem(id, "", problem)] });
        }

        Remove(id);
        return [Problem(id, "", problem)];
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

    private static ValidationError Problem(ResourceId id, string field, string problem) => new(id.ToString(), field, problem);

    private static PolicyId PolicyIdOf(ResourceId id) => new(id.Kind.Kind, id.Namespace, id.Name);

    // The key says what the object is, whatever its value claims.
    private static Resource<TSpec> Stored<TSpec>(ResourceId id, Resource<TSpec> value)
        where TSpec : class, new() =>
        value with { Kind = id.Kind.Kind, Metadata = value.Metadata with { Name = id.Name, Namespace = id.Namespace.Length > 0 ? id.Namespace : null } };
}
