using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>Who holds an address of a block: the handle and upstream's free fields (node, pod, namespace, timestamp, ...).</summary>
public sealed record AllocationAttribute : JsonObjectRecord
{
    public string? HandleId { get; init; }

    public Dictionary<string, string>? Secondary { get; init; }

    /// <summary>Set while a released address waits out the cool-down.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
}
