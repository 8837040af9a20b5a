using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>One side of a rule: every field that is there must match.</summary>
public sealed record EntityRule : JsonObjectRecord
{
    /// <summary>CIDRs as written; a net that does not parse fails the rule, not the store.</summary>
    [JsonPropertyName("nets")]
    public IReadOnlyList<string>? Nets { get; init; }

    [JsonPropertyName("notNets")]
    public IReadOnlyList<string>? NotNets { get; init; }

    [JsonPropertyName("selector")]
    public string? Selector { get; init; }

    [JsonPropertyName("notSelector")]
    public string? NotSelector { get; init; }

    [JsonPropertyName("namespaceSelector")]
    public string? NamespaceSelector { get; init; }

    [JsonPropertyName("ports")]
    public IReadOnlyList<PolicyPort>? Ports { get; init; }

    [JsonPropertyName("notPorts")]
    public IReadOnlyList<PolicyPort>? NotPorts { get; init; }

    [JsonPropertyName("serviceAccounts")]
    public ServiceAccountMatch? ServiceAccounts { get; init; }

    [JsonPropertyName("services")]
    public ServiceMatch? Services { get; init; }
}
