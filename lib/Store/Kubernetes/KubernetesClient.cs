using System.Text.Json;
using Calico.Model.Kubernetes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Store.Kubernetes;

/// <summary>The Kubernetes API over HTTP. For concurrent use; keeps one connection with all calls and watches on it.</summary>
public sealed class KubernetesClient : IKubernetesApi, IDisposable
{
    // How often a list starts again because its revision went away while it was read; then it is asked for in one piece.
    private const int ListTries = 3;

    private readonly KubernetesCaller _caller;
    private readonly ILogger _log;
    private readonly TimeProvider _time;

    public KubernetesClient(KubernetesConfig config, ILogger? log = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        _log = log ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
        _caller = new KubernetesCaller(config, _log, _time);
    }

    /// <inheritdoc/>
    public async Task<T?> ReadAsync<T>(KubernetesKind<T> kind, string ns, string name, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        try
        {
            return await CallAsync(kind, KubernetesCall.Get($"reading {Describe(kind, ns, name)}", KubernetesPaths.Single(kind, ns, name)), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<KubernetesList<T>> ListAsync<T>(KubernetesKind<T> kind, ListQuery query, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(query);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ListPagesAsync(kind, query, attempt < ListTries ? query.PageSize : 0, cancellationToken);
            }
            catch (KubernetesGoneException) when (attempt < ListTries)
            {
                // The pages' revision went away between two pages. "Now" may as well be a later one.
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<KubernetesEvent<T>> WatchAsync<T>(
        KubernetesKind<T> kind, ListQuery query, string resourceVersion, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentException.ThrowIfNullOrEmpty(resourceVersion);
        return new KubernetesWatch<T>(_caller, kind, query, _log, _time).RunAsync(resourceVersion, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(resource);
        var (ns, name) = (resource.Metadata.Namespace, resource.Metadata.Name);
        if (kind.IsNamespaced && ns.Length == 0)
        {
            throw new ArgumentException($"{kind} '{name}' needs a namespace", nameof(resource));
        }

        var call = new KubernetesCall($"creating {Describe(kind, ns, name)}", HttpMethod.Post, KubernetesPaths.Collection(kind, ns), IsRepeatable: false)
        {
            Body = KubernetesBody.Write(kind, resource),
        };
        return CallAsync(kind, call, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ReplaceAsync<T>(KubernetesKind<T> kind, T resource, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(resource);
        if (!kind.IsWhole)
        {
            throw new ArgumentException($"our record of {kind} holds some of its fields only, and replacing would lose the others: patch it", nameof(kind));
        }

        var (ns, name) = (resource.Metadata.Namespace, resource.Metadata.Name);
        var call = new KubernetesCall($"replacing {Describe(kind, ns, name)}", HttpMethod.Put, KubernetesPaths.Single(kind, ns, name), IsRepeatable: false)
        {
            Body = KubernetesBody.Write(kind, resource),
        };
        return CallAsync(kind, call, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(KubernetesKind<T> kind, string ns, string name, Patch patch, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(patch);

        // An apply says the whole wish: applied twice it is the same.
        var call = new KubernetesCall(
            $"patching {Describe(kind, ns, name)}", HttpMethod.Patch, KubernetesPaths.Patched(kind, ns, name, patch), IsRepeatable: patch.Type == PatchType.Apply)
        {
            Body = KubernetesBody.Write(patch.Body),
            ContentType = patch.Type switch
            {
                PatchType.Strategic => "application/strategic-merge-patch+json",
                PatchType.Apply => "application/apply-patch+yaml",
                _ => "application/merge-patch+json",
            },
        };
        return CallAsync(kind, call, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(KubernetesKind kind, string ns, string name, DeleteOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(options);

        // With the UID a second deletion finds nothing; without, it may hit an object that was made again.
        var call = new KubernetesCall(
            $"deleting {Describe(kind, ns, name)}", HttpMethod.Delete, KubernetesPaths.Single(kind, ns, name), IsRepeatable: options.Uid.Length > 0)
        {
            Body = KubernetesBody.Write(options),
        };
        try
        {
            await _caller.CallAsync(call, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // It is gone, as it should be.
        }
    }

    /// <inheritdoc/>
    public async Task<ServiceAccountToken> RequestTokenAsync(string ns, string serviceAccount, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var kind = KubernetesKinds.ServiceAccounts;
        var path = KubernetesPaths.Single(kind, ns, serviceAccount) + "/token";
        var call = new KubernetesCall($"requesting a token of {Describe(kind, ns, serviceAccount)}", HttpMethod.Post, path, IsRepeatable: true)
        {
            Body = KubernetesBody.WriteTokenRequest(lifetime),
        };
        var answer = await _caller.CallAsync(call, cancellationToken);
        return Parse(call, () =>
        {
            using var document = JsonDocument.Parse(answer);
            var status = document.RootElement.GetProperty("status");
            var token = status.GetProperty("token").GetString();
            return string.IsNullOrEmpty(token)
                ? throw new JsonException("it holds no token")
                : new ServiceAccountToken(token, status.GetProperty("expirationTimestamp").GetDateTimeOffset());
        });
    }

    /// <inheritdoc/>
    public async Task<bool> HasKindAsync(KubernetesKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var call = KubernetesCall.Get($"asking for the kinds of {kind.ApiVersion}", KubernetesPaths.Group(kind));
        try
        {
            var answer = await _caller.CallAsync(call, cancellationToken);
            return Parse(call, () =>
            {
                using var document = JsonDocument.Parse(answer);
                return document.RootElement.GetProperty("resources").EnumerateArray().Any(served => served.GetProperty("name").ValueEquals(kind.Plural));
            });
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    public void Dispose() => _caller.Dispose();

    private async Task<KubernetesList<T>> ListPagesAsync<T>(KubernetesKind<T> kind, ListQuery query, int limit, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        var attempted = query.Namespace.Length == 0 ? $"listing {kind}" : $"listing {kind} of '{query.Namespace}'";
        var items = new List<T>();
        for (var continuation = ""; ;)
        {
            var call = KubernetesCall.Get(attempted, KubernetesPaths.Page(kind, query, limit, continuation));
            var answer = await _caller.CallAsync(call, cancellationToken);
            var page = Parse(call, () => ListPage<T>.Read(kind, answer, reason => KubernetesLog.BadObject(_log, attempted, reason)));
            items.AddRange(page.Items);
            if (page.Continuation.Length == 0)
            {
                return new KubernetesList<T>(page.ResourceVersion, items);
            }

            continuation = page.Continuation;
        }
    }

    private async Task<T> CallAsync<T>(KubernetesKind<T> kind, KubernetesCall call, CancellationToken cancellationToken)
        where T : KubernetesResource
    {
        var answer = await _caller.CallAsync(call, cancellationToken);
        return Parse(call, () => KubernetesBody.Read(kind, answer));
    }

    private T Parse<T>(KubernetesCall call, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new KubernetesException($"{call.Attempted}: the answer of {KubernetesErrors.Name(_caller.Server)} is not what it should be: {e.Message}", e);
        }
    }

    private static string Describe(KubernetesKind kind, string ns, string name) => ns.Length == 0 ? $"{kind} '{name}'" : $"{kind} '{ns}/{name}'";
}
