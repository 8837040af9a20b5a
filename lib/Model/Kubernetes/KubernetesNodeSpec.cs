using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record KubernetesNodeSpec
{
    [AllowNull]
    public string PodCIDR { get; init => field = value ?? ""; } = "";

    /// <summary>One of each family at most; empty where the cluster hands out none.</summary>
    [AllowNull]
    public IReadOnlyList<string> PodCIDRs { get; init => field = value ?? []; } = [];

    public bool Equals(KubernetesNodeSpec? other) =>
        other is not null && PodCIDR == other.PodCIDR && PodCIDRs.SequenceEqual(other.PodCIDRs, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(PodCIDR, PodCIDRs.Count);
}
