using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model;
using Calico.Model.Kubernetes;
using Calico.Store;
using Calico.Store.Kubernetes;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Resources;

/// <summary>Both sides of one kind, as far as they have been told. Safe for concurrent callers.</summary>
internal sealed class KindMirror(SyncedKind kind, IKeyValueStore store, IKubernetesApi api, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan DefinitionLook = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), (KubernetesSide Side, KubernetesObject Whole)> _kubernetes = [];
    private readonly Dictionary<string, StoredSide> _stored = new(StringComparer.Ordinal);
    private volatile bool _hasKubernetes;
    private volatile bool _hasStored;
    private volatile bool _isAbsent;

    public SyncedKind Kind => kind;

    /// <summary>Both sides have been told completely.</summary>
    public bool IsInSync => _hasKubernetes && _hasStored;

    /// <summary>The cluster has no such kind, so there is nothing to keep the same.</summary>
    public bool IsAbsent => _isAbsent;

    /// <param name="changed">Called after a change, when both sides are known.</param>
    public async Task FollowAsync(Action changed, CancellationToken cancellationToken)
    {
        await AwaitDefinitionAsync(cancellationToken);
        await Task.WhenAll(FollowKubernetesAsync(changed, cancellationToken), FollowStoreAsync(changed, cancellationToken));
    }

    public (ImmutableArray<KubernetesSide> Kubernetes, ImmutableArray<StoredSide> Stored) Snapshot()
    {
        lock (_lock)
        {
            return ([.. _kubernetes.Values.Select(entry => entry.Side)], [.. _stored.Values]);
        }
    }

    /// <summary>The whole object that a side was read from; null when it has another version by now.</summary>
    public KubernetesObject? Whole(KubernetesSide side)
    {
        lock (_lock)
        {
            return _kubernetes.TryGetValue((side.Namespace, side.Name), out var entry) && entry.Side.ResourceVersion == side.ResourceVersion ? entry.Whole : null;
        }
    }

    /// <summary>What we wrote ourselves need not be waited for.</summary>
    public void Wrote(string key, KeyValue? keyValue)
    {
        lock (_lock)
        {
            if (keyValue is null)
            {
                _stored.Remove(key);
            }
            else
            {
                Set(keyValue);
            }
        }
    }

    public void Said(KubernetesSide side, SyncStatus status)
    {
        lock (_lock)
        {
            if (_kubernetes.TryGetValue((side.Namespace, side.Name), out var entry) && entry.Side.ResourceVersion == side.ResourceVersion)
            {
                _kubernetes[(side.Namespace, side.Name)] = entry with { Side = entry.Side with { Status = status } };
            }
        }
    }

    private async Task AwaitDefinitionAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await api.HasKindAsync(kind.Kubernetes, cancellationToken))
                {
                    _isAbsent = false;
                    return;
                }

                if (!_isAbsent)
                {
                    ResourceLog.NoDefinition(log, kind.Definition);
                }

                _isAbsent = true;
            }
            catch (KubernetesException e)
            {
                ResourceLog.DefinitionsNotRead(log, kind.Definition, e.Message);
            }

            await Task.Delay(DefinitionLook, time, cancellationToken);
        }
    }

    private async Task FollowKubernetesAsync(Action changed, CancellationToken cancellationToken)
    {
        await foreach (var change in new KubernetesFollower<KubernetesObject>(api, kind.Kubernetes, ListQuery.All, log, time).RunAsync(cancellationToken))
        {
            lock (_lock)
            {
                switch (change)
                {
                    case KubernetesChange<KubernetesObject>.Set { Resource: var resource }:
                        _kubernetes[(resource.Metadata.Namespace, resource.Metadata.Name)] = (KubernetesObjects.Read(resource), resource);
                        break;
                    case KubernetesChange<KubernetesObject>.Removed removed:
                        _kubernetes.Remove((removed.Namespace, removed.Name));
                        break;
                    default:
                        _hasKubernetes = true;
                        break;
                }
            }

            Tell(changed);
        }
    }

    private async Task FollowStoreAsync(Action changed, CancellationToken cancellationToken)
    {
        await foreach (var change in new Syncer(store, EtcdKeys.Prefix(kind.Stored), log, time).RunAsync(cancellationToken))
        {
            lock (_lock)
            {
                switch (change)
                {
                    case StoreEvent.Set { KeyValue: var keyValue }:
                        Set(keyValue);
                        break;
                    case StoreEvent.Removed { Key: var key, Revision: var revision }:
                        if (_stored.TryGetValue(key, out var known) && known.ModRevision < revision)
                        {
                            _stored.Remove(key);
                        }

                        break;
                    default:
                        _hasStored = true;
                        break;
                }
            }

            Tell(changed);
        }
    }

    private void Tell(Action changed)
    {
        if (IsInSync)
        {
            changed();
        }
    }

    /// <summary>Our own write may be known before the store tells of an older one.</summary>
    private void Set(KeyValue keyValue)
    {
        if (_stored.TryGetValue(keyValue.Key, out var known) && known.ModRevision > keyValue.ModRevision)
        {
            return;
        }

        try
        {
            _stored[keyValue.Key] = StoredObjects.Read(kind, keyValue);
        }
        catch (JsonException e)
        {
            // Nothing is concluded from it: neither shown in Kubernetes nor taken for deleted there.
            _stored.Remove(keyValue.Key);
            ResourceLog.Unreadable(log, keyValue.Key, e.Message);
        }
    }
}
