using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>Settings of the agent; the name is default or node.NAME.</summary>
public sealed record FelixConfigurationSpec : JsonObjectRecord
{
    [JsonPropertyName("ipv6Support")]
    public bool? IPv6Support { get; init; }
}
