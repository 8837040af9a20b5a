using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>The part of Kubernetes' ObjectMeta that upstream stores. <c>resourceVersion</c> is never stored: it is etcd's ModRevision.</summary>
public sealed record ObjectMeta : JsonObjectRecord
{
    public required string Name { get; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public Dictionary<string, string>? Annotations { get; init; }
}
