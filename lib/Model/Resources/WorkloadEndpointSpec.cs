using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Net;

namespace Calico.Model.Resources;

/// <summary>A pod's interface: where it is, what it is called, its addresses.</summary>
public sealed record WorkloadEndpointSpec : JsonObjectRecord
{
    /// <summary>k8s, or cni outside Kubernetes.</summary>
    public string? Orchestrator { get; init; }

    /// <summary>Outside Kubernetes: the container ID.</summary>
    public string? Workload { get; init; }

    public string? Node { get; init; }

    public string? ContainerId { get; init; }

    public string? Pod { get; init; }

    /// <summary>The name of the interface in the pod.</summary>
    public string? Endpoint { get; init; }

    public string? ServiceAccountName { get; init; }

    /// <summary>/32 and /128.</summary>
    public IReadOnlyList<Cidr>? IPNetworks { get; init; }

    public JsonElement? IPNats { get; init; }

    public string? IPv4Gateway { get; init; }

    public string? IPv6Gateway { get; init; }

    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>The host end of the veth.</summary>
    public string? InterfaceName { get; init; }

    public MacAddress? Mac { get; init; }

    public IReadOnlyList<EndpointPort>? Ports { get; init; }

    public IReadOnlyList<string>? AllowSpoofedSourcePrefixes { get; init; }
}
