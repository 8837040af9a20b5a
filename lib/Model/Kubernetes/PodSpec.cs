using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record PodSpec
{
    /// <summary>Empty until the pod is scheduled.</summary>
    [AllowNull]
    public string NodeName { get; init => field = value ?? ""; } = "";

    [AllowNull]
    public string ServiceAccountName { get; init => field = value ?? ""; } = "";

    /// <summary>The pod lives in the node's network namespace: it has no endpoint.</summary>
    public bool HostNetwork { get; init; }

    [AllowNull]
    public IReadOnlyList<PodContainer> Containers { get; init => field = value ?? []; } = [];

    /// <summary>Those with restart policy Always are sidecars that run, and listen, beside the containers.</summary>
    [AllowNull]
    public IReadOnlyList<PodContainer> InitContainers { get; init => field = value ?? []; } = [];

    public bool Equals(PodSpec? other) =>
        other is not null
        && NodeName == other.NodeName
        && ServiceAccountName == other.ServiceAccountName
        && HostNetwork == other.HostNetwork
        && Containers.SequenceEqual(other.Containers)
        && InitContainers.SequenceEqual(other.InitContainers);

    public override int GetHashCode() => HashCode.Combine(NodeName, ServiceAccountName, HostNetwork, Containers.Count);
}
