using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>Facts of the cluster; the one object is named default.</summary>
public sealed record ClusterInformationSpec : JsonObjectRecord
{
    public string? ClusterGuid { get; init; }

    public string? ClusterType { get; init; }

    public string? CalicoVersion { get; init; }

    /// <summary>While false, no address is given out and no pod is added.</summary>
    public bool? DatastoreReady { get; init; }

    public string? Variant { get; init; }
}
