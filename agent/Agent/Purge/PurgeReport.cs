using System.Text.Json.Serialization;

namespace Calico.Agent.Purge;

/// <summary>What <c>calico-agent purge</c> did, or would do.</summary>
internal sealed record PurgeReport
{
    public required bool DryRun { get; init; }

    /// <summary>What went, or would go.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>What could not be removed, and why.</summary>
    public required IReadOnlyList<string> Left { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PurgeReport))]
internal sealed partial class PurgeJson : JsonSerializerContext;
