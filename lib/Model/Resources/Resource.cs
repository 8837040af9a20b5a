using System.Text.Json;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>A v3 resource as upstream stores it: kind, apiVersion, metadata, spec and whatever else it carries.</summary>
public sealed record Resource<TSpec> : JsonObjectRecord
    where TSpec : class, new()
{
    public required string Kind { get; init; }

    public string ApiVersion { get; init; } = ResourceKind.ApiVersion;

    public required ObjectMeta Metadata { get; init; }

    public TSpec Spec { get; init; } = new();

    public JsonElement? Status { get; init; }
}
