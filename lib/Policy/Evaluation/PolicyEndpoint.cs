using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Policy.Evaluation;

/// <summary>An endpoint as policy sees it. <see cref="Labels"/> hold what it inherits from its profiles.</summary>
internal sealed record PolicyEndpoint(string Id, string Node, bool IsHost)
{
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What selectors mean when they select it.</summary>
    public required IReadOnlyList<IpAddress> Addresses { get; init; }

    /// <summary>A host endpoint's own: those of the interfaces that it is for. What they send and receive is policed by it.</summary>
    public IReadOnlyList<IpAddress> InterfaceAddresses { get; private init; } = [];

    public required IReadOnlyList<CompiledProfile> Profiles { get; init; }

    public required IReadOnlyList<EndpointPort> Ports { get; init; }

    /// <summary>A host endpoint of all interfaces, which yields to one that names the interface.</summary>
    public bool IsWildcard { get; private init; }

    public bool HasPort(string name, int protocol, int port) =>
        Ports.Any(own => own.Name == name && own.Port == port && PolicyProtocol.Named(own.Protocol).Number == protocol);

    public static PolicyEndpoint Of(Resource<WorkloadEndpointSpec> workload, ProfileIndex profiles)
    {
        var id = new PolicyId(workload.Kind, workload.Metadata.Namespace ?? "", workload.Metadata.Name);
        var own = profiles.Of(workload.Spec.Profiles);
        return new PolicyEndpoint(id.ToString(), workload.Spec.Node ?? "", IsHost: false)
        {
            Labels = ProfileIndex.Inherit(WithNamespace(workload.Metadata), own),
            Addresses = [.. (workload.Spec.IPNetworks ?? []).Select(net => net.Address)],
            Profiles = own,
            Ports = [.. (workload.Spec.Ports ?? []).OfType<EndpointPort>()],
        };
    }

    public static PolicyEndpoint Of(Resource<HostEndpointSpec> host, IEnumerable<IpAddress> interfaceAddresses, ProfileIndex profiles)
    {
        var own = profiles.Of(host.Spec.Profiles);
        return new PolicyEndpoint(new PolicyId(host.Kind, "", host.Metadata.Name).ToString(), host.Spec.Node ?? "", IsHost: true)
        {
            Labels = ProfileIndex.Inherit(host.Metadata.Labels ?? [], own),
            Addresses = [.. HostEndpointAddresses.Of(host.Spec)],
            InterfaceAddresses = [.. interfaceAddresses],
            Profiles = own,
            Ports = [.. (host.Spec.Ports ?? []).OfType<EndpointPort>()],
            IsWildcard = host.Spec.InterfaceName == "*",
        };
    }

    /// <summary>The namespace a selector sees is the one the object is stored in, whatever its labels claim.</summary>
    public static Dictionary<string, string> WithNamespace(ObjectMeta metadata)
    {
        var labels = new Dictionary<string, string>(metadata.Labels ?? []);
        if (metadata.Namespace is { Length: > 0 } name)
        {
            labels[SelectorScope.NamespaceLabel] = name;
        }

        return labels;
    }
}
