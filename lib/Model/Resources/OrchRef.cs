using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>What an orchestrator calls this node.</summary>
public sealed record OrchRef : JsonObjectRecord
{
    [JsonPropertyName("orchestrator")]
    public required string Orchestrator { get; init; }

    [JsonPropertyName("nodeName")]
    public string? NodeName { get; init; }
}
