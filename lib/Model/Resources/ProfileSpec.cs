using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>What holds for the endpoints that name the profile where no policy does.</summary>
public sealed record ProfileSpec : JsonObjectRecord
{
    [JsonPropertyName("ingress")]
    public IReadOnlyList<JsonElement>? Ingress { get; init; }

    [JsonPropertyName("egress")]
    public IReadOnlyList<JsonElement>? Egress { get; init; }

    [JsonPropertyName("labelsToApply")]
    public Dictionary<string, string>? LabelsToApply { get; init; }
}
