using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>Who holds an address of a block: the handle and upstream's free fields (node, pod, namespace, timestamp, ...).</summary>
public sealed record AllocationAttribute : JsonObjectRecord
{
    /// <summary>Field of <see cref="Secondary"/>: the node on which the address was given out.</summary>
    public const string NodeField = "node";

    /// <summary>Field of <see cref="Secondary"/>: the pod; only with <see cref="NamespaceField"/>.</summary>
    public const string PodField = "pod";

    /// <summary>Field of <see cref="Secondary"/>: the namespace of the pod.</summary>
    public const string NamespaceField = "namespace";

    /// <summary>Field of <see cref="Secondary"/>: what an address that no pod has is for, e.g. the tunnel of a node.</summary>
    public const string TypeField = "type";

    public string? HandleId { get; init; }

    public Dictionary<string, string>? Secondary { get; init; }

    /// <summary>Set while a released address waits out the cool-down.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
}
