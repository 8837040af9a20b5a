using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>A rule of a policy or profile.</summary>
public sealed record PolicyRule : JsonObjectRecord
{
    /// <summary>Allow, Deny, Log or Pass.</summary>
    [JsonPropertyName("action")]
    public string? Action { get; init; }

    /// <summary>4 or 6; absent is both.</summary>
    [JsonPropertyName("ipVersion")]
    public int? IPVersion { get; init; }

    [JsonPropertyName("protocol")]
    public PolicyProtocol? Protocol { get; init; }

    [JsonPropertyName("notProtocol")]
    public PolicyProtocol? NotProtocol { get; init; }

    [JsonPropertyName("icmp")]
    public IcmpMatch? Icmp { get; init; }

    [JsonPropertyName("notICMP")]
    public IcmpMatch? NotIcmp { get; init; }

    [JsonPropertyName("source")]
    public EntityRule? Source { get; init; }

    [JsonPropertyName("destination")]
    public EntityRule? Destination { get; init; }

    /// <summary>Needs a proxy that we do not have: a rule with it matches nothing.</summary>
    [JsonPropertyName("http")]
    public JsonElement? Http { get; init; }

    [JsonPropertyName("metadata")]
    public RuleMetadata? Metadata { get; init; }
}
