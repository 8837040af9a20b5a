using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>Import and export rules for BGP; kept as JSON until the renderer reads them.</summary>
public sealed record BgpFilterSpec : JsonObjectRecord
{
    [JsonPropertyName("exportV4")]
    public JsonElement? ExportV4 { get; init; }

    [JsonPropertyName("importV4")]
    public JsonElement? ImportV4 { get; init; }

    [JsonPropertyName("exportV6")]
    public JsonElement? ExportV6 { get; init; }

    [JsonPropertyName("importV6")]
    public JsonElement? ImportV6 { get; init; }
}
