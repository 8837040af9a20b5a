using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>What we ask of the Kubernetes API. Two implementations: <c>KubernetesClient</c>, against a server, which may be the small one of the tests.</summary>
/// <remarks>
/// Every call has a deadline of its own besides the token, waits and tries again where that is safe, and throws <see cref="KubernetesException"/>
/// when the server refuses or does not answer. The namespace is empty for a kind without, and for a list of all namespaces.
/// </remarks>
public interface IKubernetesApi
{
    /// <summary>One object as the server holds it now (a quorum read); null if there is none.</summary>
    Task<T?> ReadAsync<T>(KubernetesKind<T> kind, string ns, string name, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>Everything the query selects, read in pages at one revision; from the start again when that revision is gone meanwhile.</summary>
    Task<KubernetesList<T>> ListAsync<T>(KubernetesKind<T> kind, ListQuery query, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>
    /// What changes after a resource version (of a list, or of the last event). Ends when the server ends it, as it does every few minutes: watch again from
    /// the last event. Bookmarks say how far the watch is while nothing changes.
    /// </summary>
    /// <exception cref="KubernetesGoneException">The server no longer keeps what was missed: list again.</exception>
    IAsyncEnumerable<KubernetesEvent<T>> WatchAsync<T>(KubernetesKind<T> kind, ListQuery query, string resourceVersion, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>Makes an object, in the namespace its metadata names. Reason AlreadyExists if its name is taken.</summary>
    Task<T> CreateAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>Replaces an object of a kind that <see cref="KubernetesKind.IsWhole"/>. Reason Conflict if it has another resource version by now.</summary>
    Task<T> ReplaceAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>Changes some fields of an object. A merge that names <c>metadata.resourceVersion</c> conflicts if the object has another one by now.</summary>
    Task<T> PatchAsync<T>(KubernetesKind<T> kind, string ns, string name, Patch patch, CancellationToken cancellationToken)
        where T : KubernetesResource;

    /// <summary>Deletes an object; one that is not there counts as deleted. Reason Conflict if a precondition does not hold.</summary>
    Task DeleteAsync(KubernetesKind kind, string ns, string name, DeleteOptions options, CancellationToken cancellationToken);

    /// <summary>A token for a service account, for the API server. The server may give another lifetime than asked for (at least 10 minutes).</summary>
    Task<ServiceAccountToken> RequestTokenAsync(string ns, string serviceAccount, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Whether the server serves the kind, as its discovery says.</summary>
    Task<bool> HasKindAsync(KubernetesKind kind, CancellationToken cancellationToken);
}
