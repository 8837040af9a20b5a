using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;
using Calico.Model.Net;

namespace Calico.Model.Resources;

/// <summary>A pod's interface: where it is, what it is called, its addresses.</summary>
public sealed record WorkloadEndpointSpec : JsonObjectRecord
{
    /// <summary>k8s, or cni outside Kubernetes.</summary>
    [JsonPropertyName("orchestrator")]
    public string? Orchestrator { get; init; }

    /// <summary>Outside Kubernetes: the container ID.</summary>
    [JsonPropertyName("workload")]
    public string? Workload { get; init; }

    [JsonPropertyName("node")]
    public string? Node { get; init; }

    [JsonPropertyName("containerID")]
    public string? ContainerId { get; init; }

    [JsonPropertyName("pod")]
    public string? Pod { get; init; }

    /// <summary>The name of the interface in the pod.</summary>
    [JsonPropertyName("endpoint")]
    public string? Endpoint { get; init; }

    [JsonPropertyName("serviceAccountName")]
    public string? ServiceAccountName { get; init; }

    /// <summary>/32 and /128.</summary>
    [JsonPropertyName("ipNetworks")]
    public IReadOnlyList<Cidr>? IPNetworks { get; init; }

    [JsonPropertyName("ipNATs")]
    public JsonElement? IPNats { get; init; }

    [JsonPropertyName("ipv4Gateway")]
    public string? IPv4Gateway { get; init; }

    [JsonPropertyName("ipv6Gateway")]
    public string? IPv6Gateway { get; init; }

    [JsonPropertyName("profiles")]
    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>The host end of the veth.</summary>
    [JsonPropertyName("interfaceName")]
    public string? InterfaceName { get; init; }

    [JsonPropertyName("mac")]
    public MacAddress? Mac { get; init; }

    [JsonPropertyName("ports")]
    public IReadOnlyList<EndpointPort>? Ports { get; init; }

    [JsonPropertyName("allowSpoofedSourcePrefixes")]
    public IReadOnlyList<string>? AllowSpoofedSourcePrefixes { get; init; }
}
