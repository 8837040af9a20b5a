using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Policy;

/// <summary>Endpoints by their service account: by name, by the labels of the account, or both.</summary>
public sealed record ServiceAccountMatch : JsonObjectRecord
{
    [JsonPropertyName("names")]
    public IReadOnlyList<string>? Names { get; init; }

    [JsonPropertyName("selector")]
    public string? Selector { get; init; }
}
