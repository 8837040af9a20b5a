using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>What a <c>KubernetesFollower</c> tells: the state of one object, or that the state is complete.</summary>
public abstract record KubernetesChange<T>
    where T : KubernetesResource
{
    /// <summary>The object is now this.</summary>
    public sealed record Set(T Resource) : KubernetesChange<T>;

    /// <summary>The object is gone. One that was made again under the same name comes as a Set after it.</summary>
    public sealed record Removed(string Namespace, string Name, string Uid) : KubernetesChange<T>;

    /// <summary>Everything that is there has been told. Comes after the first list, and again after a relist.</summary>
    public sealed record InSync(string ResourceVersion) : KubernetesChange<T>;
}
