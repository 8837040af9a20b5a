using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Mirroring;

/// <summary>How objects of one kind of Kubernetes become resources of ours: all that differs between the reconcilers that mirror.</summary>
/// <param name="Name">Of the reconciler.</param>
internal sealed record MirrorKind<TObject, TSpec>(string Name, KubernetesKind<TObject> Source)
    where TObject : KubernetesResource
    where TSpec : class, new()
{
    /// <summary>The cluster need not have the kind. Until it does nothing is touched, also not what an earlier cluster state left.</summary>
    public bool IsOptional { get; init; }

    /// <summary>All keys of etcd that may be ours begin with it.</summary>
    public required string Prefix { get; init; }

    /// <summary>The object that a key of etcd was made from, as <c>namespace/name</c> or <c>name</c>; null when the key is not ours.</summary>
    public required Func<string, string?> OwnerOf { get; init; }

    /// <summary>Every key that the object of this name may be stored under.</summary>
    public required Func<string, IReadOnlyList<string>> KeysOf { get; init; }

    /// <summary>The resource, and where it belongs; null when it cannot be made, and then what is stored stays.</summary>
    public required Func<TObject, Mirrored<TSpec>> Convert { get; init; }
}
