using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record KubernetesNodeStatus
{
    [AllowNull]
    public IReadOnlyList<KubernetesNodeAddress> Addresses { get; init => field = value ?? []; } = [];

    public bool Equals(KubernetesNodeStatus? other) => other is not null && Addresses.SequenceEqual(other.Addresses);

    public override int GetHashCode() => Addresses.Count;
}
