using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;
using Calico.Model.Policy;

namespace Calico.Model.Resources;

/// <summary>What holds for the endpoints that name the profile where no policy does.</summary>
public sealed record ProfileSpec : JsonObjectRecord
{
    /// <summary>Rules as written: one that has not the form of a rule must not cost the endpoints the labels.</summary>
    [JsonPropertyName("ingress")]
    public IReadOnlyList<JsonElement>? Ingress { get; init; }

    [JsonPropertyName("egress")]
    public IReadOnlyList<JsonElement>? Egress { get; init; }

    [JsonPropertyName("labelsToApply")]
    public Dictionary<string, string>? LabelsToApply { get; init; }

    /// <summary>Reads one rule of <see cref="Ingress"/> or <see cref="Egress"/>; null when it has not the form of a rule.</summary>
    public static PolicyRule? ReadRule(JsonElement rule)
    {
        try
        {
            return rule.Deserialize(ModelJsonContext.Default.PolicyRule);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
