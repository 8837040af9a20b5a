using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>What a watch tells. After it everything up to <paramref name="ResourceVersion"/> has been told.</summary>
public abstract record KubernetesEvent<T>(string ResourceVersion)
    where T : KubernetesResource
{
    /// <summary>The object was added or changed and is now this.</summary>
    public sealed record Set(T Resource) : KubernetesEvent<T>(Resource.Metadata.ResourceVersion);

    /// <summary>The object is gone, or the query no longer selects it; this is how it was at last.</summary>
    public sealed record Removed(T Resource) : KubernetesEvent<T>(Resource.Metadata.ResourceVersion);

    /// <summary>Nothing that the query selects changed up to here.</summary>
    public sealed record Bookmark(string ResourceVersion) : KubernetesEvent<T>(ResourceVersion);
}
