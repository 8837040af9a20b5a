using System.Text.Json.Serialization;
using Calico.Model.Json;
using Calico.Model.Resources;

namespace Calico.Model.Policy;

/// <summary>An interface of a node, or all of them, that policy applies to.</summary>
public sealed record HostEndpointSpec : JsonObjectRecord
{
    [JsonPropertyName("node")]
    public string? Node { get; init; }

    /// <summary>* is every interface of the host.</summary>
    [JsonPropertyName("interfaceName")]
    public string? InterfaceName { get; init; }

    [JsonPropertyName("expectedIPs")]
    public IReadOnlyList<string>? ExpectedIPs { get; init; }

    [JsonPropertyName("profiles")]
    public IReadOnlyList<string>? Profiles { get; init; }

    [JsonPropertyName("ports")]
    public IReadOnlyList<EndpointPort>? Ports { get; init; }
}
