using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Calc;

/// <summary>The last word about every object, and what follows from it when it is worked out from the beginning.</summary>
internal sealed class StateOfDatastore
{
    private readonly Dictionary<ResourceId, StoreUpdate> _updates = [];

    public IEnumerable<CompiledPolicy> Policies => _updates.Values.Select(Policy).OfType<CompiledPolicy>();

    /// <summary>All that may be a member of a set, with own and inherited labels.</summary>
    public IEnumerable<(IReadOnlyDictionary<string, string> Labels, IpSetMember[] Nets, IReadOnlyList<EndpointPort> Ports)> Sources
    {
        get
        {
            var profiles = new ProfileIndex(Of<ProfileSpec>());
            var workloads = Of<WorkloadEndpointSpec>().Select(workload => PolicyEndpoint.Of(workload, profiles));
            var hosts = Of<HostEndpointSpec>().Select(host => PolicyEndpoint.Of(host, [], profiles));
            foreach (var endpoint in workloads.Concat(hosts))
            {
                yield return (endpoint.Labels, [.. endpoint.Addresses.Select(address => new IpSetMember(address.ToCidr()))], endpoint.Ports);
            }

            foreach (var set in Of<NetworkSetSpec>())
            {
                var inherited = profiles.Of(set.Metadata.Namespace is { } space ? [$"kns.{space}"] : []);
                var nets = set.Spec.Nets!.Where(net => Cidr.TryParse(net, out _)).Select(net => new IpSetMember(Cidr.Parse(net)));
                yield return (ProfileIndex.Inherit(PolicyEndpoint.WithNamespace(set.Metadata), inherited), [.. nets], []);
            }
        }
    }

    public void Apply(StoreUpdate update) => _updates[update.Id] = update;

    public IEnumerable<Resource<TSpec>> Of<TSpec>()
        where TSpec : class, new() => _updates.Values.OfType<ResourceUpdated<TSpec>>().Select(update => update.Value);

    private static CompiledPolicy? Policy(StoreUpdate update) => update switch
    {
        ResourceUpdated<NetworkPolicySpec> { Value: var policy } => PolicyCompiler.Compile(policy),
        ResourceUpdated<GlobalNetworkPolicySpec> { Value: var policy } => PolicyCompiler.Compile(policy),
        ResourceUnreadable { Id: var id } when id.Kind == ResourceKind.NetworkPolicy || id.Kind == ResourceKind.GlobalNetworkPolicy =>
            PolicyCompiler.Unreadable(new PolicyId(id.Kind.Kind, id.Namespace, id.Name), "no JSON"),
        _ => null,
    };
}
