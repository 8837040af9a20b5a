using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Kubernetes;

/// <summary>ObjectMeta of the Kubernetes API (meta/v1). Absent text is empty, absent maps and lists are empty. Compared by value.</summary>
public sealed record KubernetesMetadata
{
    [AllowNull]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The prefix the server made the name from; empty when the name was given.</summary>
    [AllowNull]
    public string GenerateName { get; init => field = value ?? ""; } = "";

    /// <summary>Empty for kinds without namespace.</summary>
    [AllowNull]
    public string Namespace { get; init => field = value ?? ""; } = "";

    [AllowNull]
    public string Uid { get; init => field = value ?? ""; } = "";

    /// <summary>Opaque; to be compared for equality only. Empty on an object that is to be created, or replaced whatever it is.</summary>
    [AllowNull]
    public string ResourceVersion { get; init => field = value ?? ""; } = "";

    /// <summary>Counts changes of the spec; 0 for kinds that do not count.</summary>
    public long Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set as soon as deletion was asked for; the object goes when its finalizers are empty and, a pod, when its grace period is over.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    [AllowNull]
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ByValue.NoText; } = ByValue.NoText;

    [AllowNull]
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? ByValue.NoText; } = ByValue.NoText;

    [AllowNull]
    public IReadOnlyList<OwnerReference> OwnerReferences { get; init => field = value ?? []; } = [];

    [AllowNull]
    public IReadOnlyList<string> Finalizers { get; init => field = value ?? []; } = [];

    public bool Equals(KubernetesMetadata? other) =>
        other is not null
        && Name == other.Name
        && GenerateName == other.GenerateName
        && Namespace == other.Namespace
        && Uid == other.Uid
        && ResourceVersion == other.ResourceVersion
        && Generation == other.Generation
        && CreationTimestamp == other.CreationTimestamp
        && DeletionTimestamp == other.DeletionTimestamp
        && ByValue.Equal(Labels, other.Labels)
        && ByValue.Equal(Annotations, other.Annotations)
        && OwnerReferences.SequenceEqual(other.OwnerReferences)
        && Finalizers.SequenceEqual(other.Finalizers, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Namespace, Name, Uid, ResourceVersion);

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
