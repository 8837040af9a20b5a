using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Endpoints;

/// <summary>One value of an endpoint of this node.</summary>
/// <param name="template">What the dataplane is told about it, without tiers and with all profiles that it names.</param>
internal sealed class LocalEndpoint(ResourceId id, DataplaneMessage template, IReadOnlyList<string> profiles) : LabelledItem
{
    public ResourceId Id { get; } = id;

    public DataplaneMessage Template { get; } = template;

    public IReadOnlyList<string> Profiles { get; } = profiles;

    public bool IsHost => Template is HostEndpointUpdate;

    /// <summary>The policies that decide about it, in no order.</summary>
    public HashSet<CompiledPolicy> Policies { get; } = new(ReferenceEqualityComparer.Instance);
}
