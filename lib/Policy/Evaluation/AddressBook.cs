using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Policy.Evaluation;

/// <summary>
/// Which addresses a selector stands for: those of the endpoints and of the network sets that it selects. Rules match addresses, not
/// endpoints, as the kernel does.
/// </summary>
internal sealed class AddressBook
{
    private readonly ILookup<IpAddress, PolicyEndpoint> _endpoints;
    private readonly IReadOnlyList<(Cidr Net, Dictionary<string, string> Labels)> _nets;
    private readonly IReadOnlyList<ServiceBackend> _services;

    public AddressBook(
        IEnumerable<PolicyEndpoint> endpoints,
        IEnumerable<Resource<NetworkSetSpec>> sets,
        IReadOnlyList<ServiceBackend> services,
        ProfileIndex profiles)
    {
        _endpoints = endpoints
            .SelectMany(endpoint => endpoint.Addresses.Distinct().Select(address => (address, endpoint)))
            .OrderBy(pair => pair.endpoint.Id, StringComparer.Ordinal)
            .ToLookup(pair => pair.address, pair => pair.endpoint);
        _nets = [.. sets.SelectMany(set => NetsOf(set, profiles))];
        _services = services;
    }

    public IEnumerable<PolicyEndpoint> EndpointsAt(IpAddress address) => _endpoints[address];

    public bool IsSelected(IpAddress address, Selector selector) =>
        _endpoints[address].Any(endpoint => selector.Matches(endpoint.Labels))
        || _nets.Any(entry => entry.Net.Contains(address) && selector.Matches(entry.Labels));

    /// <summary>As the kernel's set of a named port: of the endpoints that the rule's selector selects, so one endpoint must have both.</summary>
    public bool HasNamedPort(IpAddress address, Selector? selector, string name, int protocol, int port) =>
        _endpoints[address].Any(endpoint => selector?.Matches(endpoint.Labels) != false && endpoint.HasPort(name, protocol, port));

    public bool IsBackend(ServiceName service, IpAddress address) =>
        _services.Any(backend => backend.Service == service && backend.Address == address);

    public bool IsBackend(ServiceName service, IpAddress address, int protocol, int port) =>
        _services.Any(backend => backend == new ServiceBackend(service, address, protocol, port));

    // A set in a namespace inherits the namespace's labels. A net that does not parse is left out and reported by the validator.
    private static IEnumerable<(Cidr Net, Dictionary<string, string> Labels)> NetsOf(Resource<NetworkSetSpec> set, ProfileIndex profiles)
    {
        var isGlobal = set.Kind == ResourceKind.GlobalNetworkSet.Kind;
        var own = PolicyEndpoint.WithNamespace(isGlobal ? set.Metadata with { Namespace = null } : set.Metadata);
        var labels = isGlobal ? own : ProfileIndex.Inherit(own, profiles.Of([$"kns.{set.Metadata.Namespace}"]));
        foreach (var text in set.Spec.Nets ?? [])
        {
            if (Cidr.TryParse(text, out var net))
            {
                yield return (net, labels);
            }
        }
    }
}
