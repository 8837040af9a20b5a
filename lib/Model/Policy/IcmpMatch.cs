using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>ICMP type (0 to 254) and code (0 to 255) of a rule; a code needs a type.</summary>
public sealed record IcmpMatch : JsonObjectRecord
{
    [JsonPropertyName("type")]
    public int? Type { get; init; }

    [JsonPropertyName("code")]
    public int? Code { get; init; }
}
