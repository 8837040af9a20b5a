using System.Runtime.CompilerServices;
using Calico.Model.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Kubernetes;

/// <summary>
/// Follows the objects of a kind that a query selects: tells what is there, that this is all, and from then on what changes. Never ends on trouble with the server.
/// </summary>
/// <remarks>Remembers of each object only its UID and resource version, so that after a gap it can tell what changed and what vanished.</remarks>
public sealed class KubernetesFollower<T>
    where T : KubernetesResource
{
    // A watch that ends sooner without a word is trouble, not the server's usual end.
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    private readonly IKubernetesApi _api;
    private readonly KubernetesKind<T> _kind;
    private readonly ListQuery _query;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Outage _outage;
    private readonly string _activity;
    private readonly Dictionary<(string Namespace, string Name), (string Uid, string Version)> _known = [];
    private string _version = "";

    public KubernetesFollower(IKubernetesApi api, KubernetesKind<T> kind, ListQuery query, ILogger log, TimeProvider? time = null)
    {
        _api = api;
        _kind = kind;
        _query = query;
        _log = log;
        _time = time ?? TimeProvider.System;
        _activity = $"Following {kind}";
        _outage = new Outage(_activity, log, _time);
    }

    /// <summary>
    /// The changes, until the token is cancelled: a Set per object and then InSync; then Set and Removed as they happen. When the server no longer keeps
    /// what was missed, the difference is told and InSync follows again. To be run once.
    /// </summary>
    public async IAsyncEnumerable<KubernetesChange<T>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = await ListAsync(cancellationToken);
            foreach (var change in Reconcile(list))
            {
                yield return change;
            }

            yield return new KubernetesChange<T>.InSync(list.ResourceVersion);
            await foreach (var happened in WatchUntilGoneAsync(cancellationToken))
            {
                foreach (var change in Apply(happened))
                {
                    yield return change;
                }
            }
        }
    }

    private async Task<KubernetesList<T>> ListAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var list = await _api.ListAsync(_kind, _query, cancellationToken);
                _outage.Over();
                return list;
            }
            catch (KubernetesException e)
            {
                await _outage.FailedAsync(e.Message, cancellationToken);
            }
        }
    }

    /// <summary>Ends when the server no longer keeps what comes next; goes on through all other trouble.</summary>
    private async IAsyncEnumerable<KubernetesEvent<T>> WatchUntilGoneAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var began = _time.GetTimestamp();
            var isSilent = true;
            KubernetesException? error = null;
            await using var watch = _api.WatchAsync(_kind, _query, _version, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await watch.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (KubernetesException e)
                {
                    error = e;
                    break;
                }

                isSilent = false;
                _outage.Over();
                yield return watch.Current;
            }

            if (ReasonToList(error, isSilent && _time.GetElapsedTime(began) >= ShortestWatch) is { } reason)
            {
                StoreLog.Relist(_log, _activity, reason);
                yield break;
            }

            if (error is not null || isSilent)
            {
                await _outage.FailedAsync(error?.Message ?? "the watch ended as soon as it began", cancellationToken);
            }
        }
    }

    /// <summary>Null where watching goes on.</summary>
    /// <param name="wasMute">The watch lasted as it should and told nothing, not even a bookmark: a server that was restored from a backup opens a watch from a version that is still to come, and is silent.</param>
    private static string? ReasonToList(KubernetesException? error, bool wasMute) => error switch
    {
        KubernetesGoneException => error.Message,
        null when wasMute => "the watch ended without having told anything",
        _ => null,
    };

    /// <summary>What differs between the list and what was told before.</summary>
    private IEnumerable<KubernetesChange<T>> Reconcile(KubernetesList<T> list)
    {
        _version = list.ResourceVersion;

        // What vanished first: what it held (an address, a name) may belong to a new object.
        var vanished = new HashSet<(string, string)>(_known.Keys);
        vanished.ExceptWith(list.Items.Select(Key));
        foreach (var key in vanished)
        {
            yield return Forget(key);
        }

        foreach (var resource in list.Items)
        {
            foreach (var change in Remember(resource))
            {
                yield return change;
            }
        }
    }

    private IEnumerable<KubernetesChange<T>> Apply(KubernetesEvent<T> happened)
    {
        _version = happened.ResourceVersion;
        return happened switch
        {
            KubernetesEvent<T>.Set set => Remember(set.Resource),
            KubernetesEvent<T>.Removed removed when _known.ContainsKey(Key(removed.Resource)) => [Forget(Key(removed.Resource))],
            _ => [],
        };
    }

    private IEnumerable<KubernetesChange<T>> Remember(T resource)
    {
        var key = Key(resource);
        var now = (resource.Metadata.Uid, resource.Metadata.ResourceVersion);
        var isKnown = _known.TryGetValue(key, out var before);
        if (isKnown && before == now)
        {
            yield break;
        }

        if (isKnown && before.Uid != now.Uid)
        {
            yield return Forget(key);
        }

        _known[key] = now;
        yield return new KubernetesChange<T>.Set(resource);
    }

    private KubernetesChange<T>.Removed Forget((string Namespace, string Name) key)
    {
        _known.Remove(key, out var known);
        return new KubernetesChange<T>.Removed(key.Namespace, key.Name, known.Uid);
    }

    private static (string Namespace, string Name) Key(T resource) => (resource.Metadata.Namespace, resource.Metadata.Name);
}
