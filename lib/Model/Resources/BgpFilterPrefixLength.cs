using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A range of prefix lengths, both ends included: 0 to 32, or 128 for IPv6.</summary>
public sealed record BgpFilterPrefixLength : JsonObjectRecord
{
    /// <summary>By default that of the CIDR.</summary>
    [JsonPropertyName("min")]
    public int? Min { get; init; }

    /// <summary>By default that of a single address.</summary>
    [JsonPropertyName("max")]
    public int? Max { get; init; }
}
