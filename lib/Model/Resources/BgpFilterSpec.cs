using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>What a BGP session takes from its peer (import) and tells it (export). The first rule that matches decides; no rule leaves it as it would be without the filter.</summary>
public sealed record BgpFilterSpec : JsonObjectRecord
{
    [JsonPropertyName("exportV4")]
    public IReadOnlyList<BgpFilterRule>? ExportV4 { get; init; }

    [JsonPropertyName("importV4")]
    public IReadOnlyList<BgpFilterRule>? ImportV4 { get; init; }

    [JsonPropertyName("exportV6")]
    public IReadOnlyList<BgpFilterRule>? ExportV6 { get; init; }

    [JsonPropertyName("importV6")]
    public IReadOnlyList<BgpFilterRule>? ImportV6 { get; init; }
}
