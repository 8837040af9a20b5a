using Calico.Controller.Events;
using Calico.Controller.Queue;
using Calico.Controller.Reconciling;
using Calico.Model.Json;
using Calico.Model.Kubernetes;
using Calico.Store;
using Calico.Store.Kubernetes;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Mirroring;

/// <summary>Keeps resources in etcd as objects of Kubernetes say. Follows both sides, so that a change of either is put right; its keys are the objects' names.</summary>
internal sealed class MirrorReconciler<TObject, TSpec>(MirrorKind<TObject, TSpec> kind, ControllerContext context) : IReconciler
    where TObject : KubernetesResource
    where TSpec : JsonObjectRecord, new()
{
    private static readonly TimeSpan KindLook = TimeSpan.FromSeconds(30);
    private readonly ILogger _log = context.Logs.CreateLogger(kind.Name);
    private readonly EventRecorder _events = new(context.Api, context.Logs.CreateLogger(kind.Name), context.Time);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeyValue> _stored = new(StringComparer.Ordinal);
    private bool _kubernetesInSync;
    private bool _storeInSync;
    private bool _isMissing;

    public string Name => kind.Name;

    public bool IsInSync => _isMissing || KnowsAll;

    private bool KnowsAll
    {
        get
        {
            lock (_lock)
            {
                return _kubernetesInSync && _storeInSync;
            }
        }
    }

    public async Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        await WaitForKindAsync(cancellationToken);
        await await Task.WhenAny(FollowKubernetesAsync(queue, cancellationToken), FollowStoreAsync(queue, cancellationToken));
    }

    /// <summary>Reads etcd anew, in case a change was not told, and adds every object and every key of ours: one that is as it should be costs a comparison.</summary>
    public async Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        if (!KnowsAll)
        {
            return;
        }

        var list = await context.Store.RangeAsync(RangeRequest.Prefix(kind.Prefix), cancellationToken);
        var found = list.KeyValues.Where(keyValue => kind.OwnerOf(keyValue.Key) is not null).ToDictionary(keyValue => keyValue.Key);
        lock (_lock)
        {
            foreach (var gone in _stored.Where(known => known.Value.ModRevision <= list.Revision && !found.ContainsKey(known.Key)).Select(known => known.Key).ToList())
            {
                _stored.Remove(gone);
            }
        }

        foreach (var keyValue in found.Values)
        {
            Remember(keyValue);
        }

        AddAll(queue);
    }

    public async Task ReconcileAsync(string key, CancellationToken cancellationToken)
    {
        if (!KnowsAll)
        {
            return; // it is added again when everything is known
        }

        TObject? source;
        lock (_lock)
        {
            source = _objects.GetValueOrDefault(key);
        }

        var wanted = source is null ? null : kind.Convert(source);
        if (wanted is not { Resource: null })
        {
            foreach (var stored in kind.KeysOf(key))
            {
                await WriteAsync(stored, stored == wanted?.Key ? wanted : null, cancellationToken);
            }
        }

        if (wanted is { Errors.IsEmpty: false })
        {
            await _events.NotConvertedAsync(kind.Source, source!.Metadata, wanted.Errors, cancellationToken);
        }
    }

    /// <summary>Decides on what is known and writes; decides again on what is there when somebody was faster.</summary>
    private async Task WriteAsync(string key, Mirrored<TSpec>? wanted, CancellationToken cancellationToken)
    {
        const int Tries = 5;
        var stored = Stored(key);
        for (var i = 0; i < Tries; i++)
        {
            if (MirrorPlan.Plan(key, wanted?.Resource, stored) is not { } write)
            {
                return;
            }

            var result = await context.Store.TxnAsync(write.ToTransaction(), cancellationToken);
            if (result.Succeeded)
            {
                MirrorLog.Written(_log, write);
                Remember(key, write.Value is null ? null : new KeyValue(key, write.Value, 0, result.Revision, 0), result.Revision);
                return;
            }

            stored = result.Gets[0].Single;
            Remember(key, stored, result.Revision);
        }

        throw new StoreException($"{key} changed {Tries} times while it was to be written");
    }

    private async Task WaitForKindAsync(CancellationToken cancellationToken)
    {
        while (kind.IsOptional)
        {
            try
            {
                var has = await context.Api.HasKindAsync(kind.Source, cancellationToken);
                if (has != !_isMissing || has)
                {
                    MirrorLog.Kind(_log, kind.Source.ToString(), has ? "is there" : "is not there, nothing is done until it is");
                }

                _isMissing = !has;
                if (has)
                {
                    return;
                }
            }
            catch (KubernetesException e)
            {
                MirrorLog.KindUnknown(_log, kind.Source.ToString(), e.Message);
            }

            await Task.Delay(KindLook, context.Time, cancellationToken);
        }
    }

    private async Task FollowKubernetesAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        var follower = new KubernetesFollower<TObject>(context.Api, kind.Source, ListQuery.All, _log, context.Time);
        await foreach (var change in follower.RunAsync(cancellationToken))
        {
            switch (change)
            {
                case KubernetesChange<TObject>.Set set:
                    var key = set.Resource.Metadata.ToString();
                    lock (_lock)
                    {
                        _objects[key] = set.Resource;
                    }

                    queue.Add(key);
                    break;
                case KubernetesChange<TObject>.Removed removed:
                    var gone = removed.Namespace.Length == 0 ? removed.Name : $"{removed.Namespace}/{removed.Name}";
                    lock (_lock)
                    {
                        _objects.Remove(gone);
                    }

                    queue.Add(gone);
                    break;
                default:
                    InSync(ref _kubernetesInSync, queue);
                    break;
            }
        }
    }

    private async Task FollowStoreAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        await foreach (var change in new Syncer(context.Store, kind.Prefix, _log, context.Time).RunAsync(cancellationToken))
        {
            switch (change)
            {
                case StoreEvent.Set set when kind.OwnerOf(set.KeyValue.Key) is { } owner:
                    Remember(set.KeyValue);
                    queue.Add(owner);
                    break;
                case StoreEvent.Removed removed when kind.OwnerOf(removed.Key) is { } owner:
                    Remember(removed.Key, null, removed.Revision);
                    queue.Add(owner);
                    break;
                case StoreEvent.InSync:
                    InSync(ref _storeInSync, queue);
                    break;
            }
        }
    }

    private void InSync(ref bool side, WorkQueue queue)
    {
        lock (_lock)
        {
            side = true;
        }

        AddAll(queue);
    }

    private void AddAll(WorkQueue queue)
    {
        List<string> all;
        lock (_lock)
        {
            all = _kubernetesInSync && _storeInSync ? [.. _objects.Keys.Union(_stored.Keys.Select(key => kind.OwnerOf(key)!))] : [];
        }

        all.ForEach(queue.Add);
    }

    private KeyValue? Stored(string key)
    {
        lock (_lock)
        {
            return _stored.GetValueOrDefault(key);
        }
    }

    private void Remember(KeyValue keyValue) => Remember(keyValue.Key, keyValue, keyValue.ModRevision);

    /// <summary>What is told late does not undo what is known: the answer to a write may overtake the watch.</summary>
    private void Remember(string key, KeyValue? keyValue, long revision)
    {
        lock (_lock)
        {
            if (_stored.TryGetValue(key, out var known) && known.ModRevision > revision)
            {
                return;
            }

            if (keyValue is null)
            {
                _stored.Remove(key);
            }
            else
            {
                _stored[key] = keyValue;
            }
        }
    }
}
