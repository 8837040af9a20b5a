using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

public sealed record PodContainer
{
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Always marks an init container as a sidecar; else null.</summary>
    public string? RestartPolicy { get; init; }

    [AllowNull]
    public IReadOnlyList<ContainerPort> Ports { get; init => field = value ?? []; } = [];

    public bool Equals(PodContainer? other) =>
        other is not null && Name == other.Name && RestartPolicy == other.RestartPolicy && Ports.SequenceEqual(other.Ports);

    public override int GetHashCode() => HashCode.Combine(Name, RestartPolicy, Ports.Count);
}
