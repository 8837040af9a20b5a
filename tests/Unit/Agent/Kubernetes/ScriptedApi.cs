using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Tests.Unit.Agent.Kubernetes;

/// <summary>The API without HTTP: objects in memory, watches that hear what a test changes, and an outage on demand.</summary>
internal sealed class ScriptedApi : IKubernetesApi
{
    private readonly ConcurrentDictionary<(string Kind, string Namespace, string Name), KubernetesResource> _objects = new();
    private readonly ConcurrentQueue<(int Version, string Kind, KubernetesResource Resource, bool IsRemoved)> _events = new();
    private int _version;

    /// <summary>What every call fails with; null while the API answers.</summary>
    public KubernetesException? Failure { get; set; }

    /// <summary>Reads of single objects so far.</summary>
    public int Reads { get; private set; }

    public List<Patch> Patches { get; } = [];

    public Queue<ServiceAccountToken> Tokens { get; } = new();

    public static KubernetesException Away => new("the API does not answer") { IsUnavailable = true };

    /// <param name="isTold">False: watches do not hear of it.</param>
    public void Put<T>(KubernetesKind<T> kind, T resource, bool isTold = true)
        where T : KubernetesResource
    {
        var stored = Versioned(resource);
        _objects[(kind.Plural, resource.Metadata.Namespace, resource.Metadata.Name)] = stored;
        if (isTold)
        {
            _events.Enqueue((_version, kind.Plural, stored, false));
        }
    }

    public void Delete<T>(KubernetesKind<T> kind, string ns, string name)
        where T : KubernetesResource
    {
        if (_objects.TryRemove((kind.Plural, ns, name), out var gone))
        {
            _events.Enqueue((_version + 1, kind.Plural, Versioned(gone), true));
        }
    }

    public Task<T?> ReadAsync<T>(KubernetesKind<T> kind, string ns, string name, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        Reads++;
        return Failure is null ? Task.FromResult((T?)_objects.GetValueOrDefault((kind.Plural, ns, name))) : Task.FromException<T?>(Failure);
    }

    public Task<KubernetesList<T>> ListAsync<T>(KubernetesKind<T> kind, ListQuery query, CancellationToken cancellationToken)
        where T : KubernetesResource =>
        Failure is null
            ? Task.FromResult(new KubernetesList<T>($"{_version}", [.. _objects.Where(pair => pair.Key.Kind == kind.Plural).Select(pair => (T)pair.Value)]))
            : Task.FromException<KubernetesList<T>>(Failure);

    public async IAsyncEnumerable<KubernetesEvent<T>> WatchAsync<T>(
        KubernetesKind<T> kind, ListQuery query, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        for (var from = int.Parse(resourceVersion, CultureInfo.InvariantCulture); ; await Task.Delay(5, cancellationToken))
        {
            foreach (var (version, of, resource, isRemoved) in _events.ToArray().Where(happened => happened.Version > from))
            {
                from = version;
                if (of == kind.Plural)
                {
                    yield return isRemoved ? new KubernetesEvent<T>.Removed((T)resource) : new KubernetesEvent<T>.Set((T)resource);
                }
            }
        }
    }

    public Task<T> PatchAsync<T>(KubernetesKind<T> kind, string ns, string name, Patch patch, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        if (Failure is not null)
        {
            return Task.FromException<T>(Failure);
        }

        Patches.Add(patch);
        return Task.FromResult((T)_objects[(kind.Plural, ns, name)]);
    }

    public Task<ServiceAccountToken> RequestTokenAsync(string ns, string serviceAccount, TimeSpan lifetime, CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult(Tokens.Dequeue()) : Task.FromException<ServiceAccountToken>(Failure);

    public Task<T> CreateAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource => throw new NotSupportedException();

    public Task<T> ReplaceAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource => throw new NotSupportedException();

    public Task DeleteAsync(KubernetesKind kind, string ns, string name, DeleteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> HasKindAsync(KubernetesKind kind, CancellationToken cancellationToken) => Task.FromResult(true);

    private KubernetesResource Versioned(KubernetesResource resource) =>
        resource with { Metadata = resource.Metadata with { ResourceVersion = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture) } };
}
