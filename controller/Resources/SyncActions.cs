using Calico.Controller.Events;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Controller.Resources;

/// <summary>Does the steps of a plan. Each is guarded by what was seen; whoever was faster is met by the next plan.</summary>
internal sealed class SyncActions(KindMirror mirror, SyncContext sync, IKeyValueStore store, IKubernetesApi api, EventRecorder events, ILogger log)
{
    private readonly SyncedKind _kind = mirror.Kind;

    /// <exception cref="SyncConflictException">Somebody else was faster: plan again.</exception>
    public Task DoAsync(SyncAction action, CancellationToken cancellationToken) => action switch
    {
        SyncAction.WriteStored write => WriteStoredAsync(write, cancellationToken),
        SyncAction.DeleteStored delete => DeleteStoredAsync(delete.Stored, cancellationToken),
        SyncAction.WriteKubernetes { Over: { } over } write => ReplaceAsync(write.From, write.Name, over, cancellationToken),
        SyncAction.WriteKubernetes write => CreateAsync(write.From, write.Name, cancellationToken),
        SyncAction.DeleteKubernetes delete => DeleteKubernetesAsync(delete.Kubernetes, cancellationToken),
        SyncAction.WriteStatus say => SayAsync(say.Kubernetes, say.Status, cancellationToken),
        _ => throw new ArgumentException($"unknown step {action.GetType()}", nameof(action)),
    };

    private async Task WriteStoredAsync(SyncAction.WriteStored write, CancellationToken cancellationToken)
    {
        var from = write.From;
        var key = StoredObjects.Key(_kind, from.Namespace, write.Name);
        List<Compare> compares = [new(key, write.Over?.ModRevision ?? 0)];
        var value = StoredObjects.Write(_kind, from, write.Name, write.Over ?? write.Former, sync.Definition);
        List<StoreOp> then = [new StoreOp.Put(key, value)];
        if (write.Former is { } former)
        {
            var formerKey = StoredObjects.Key(_kind, former.Namespace, former.Name);
            compares.Add(new Compare(formerKey, former.ModRevision));
            then.Add(new StoreOp.Delete(formerKey));
        }

        var stored = await CommitAsync(key, compares, then, cancellationToken);
        ResourceLog.Live(log, _kind.Stored.Kind, Describe(from.Namespace, from.Name), stored.ModRevision);
        await SayAsync(from, Agreed(from.Generation, from.Content.Hash, stored), cancellationToken);
    }

    private async Task DeleteStoredAsync(StoredSide stored, CancellationToken cancellationToken)
    {
        // The follower may be behind by a moment; a wish to delete is asked for twice.
        var link = stored.Link!;
        var current = link.Name.Length > 0 ? await api.ReadAsync(_kind.Kubernetes, stored.Namespace, link.Name, cancellationToken) : null;
        if (current?.Metadata.Uid == link.Uid)
        {
            return;
        }

        var key = StoredObjects.Key(_kind, stored.Namespace, stored.Name);
        var result = await store.TxnAsync(new TxnRequest([new Compare(key, stored.ModRevision)], [new StoreOp.Delete(key)], []), cancellationToken);
        if (!result.Succeeded)
        {
            throw new SyncConflictException(key);
        }

        mirror.Wrote(key, null);
        ResourceLog.Deleted(log, _kind.Stored.Kind, Describe(stored.Namespace, stored.Name), "Kubernetes", "the datastore");
    }

    private async Task CreateAsync(StoredSide from, string name, CancellationToken cancellationToken)
    {
        KubernetesObject made;
        try
        {
            made = await api.CreateAsync(_kind.Kubernetes, KubernetesObjects.Write(_kind, from, name, null), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new SyncConflictException(name);
        }

        // From here on it counts as the same object, whatever of it Kubernetes could hold.
        var side = KubernetesObjects.Read(made);
        var key = StoredObjects.Key(_kind, from.Namespace, from.Name);
        var value = StoredObjects.Link(from, new StoredLink(side.Uid, side.Name, sync.Definition));
        var stored = await CommitAsync(key, [new Compare(key, from.ModRevision)], [new StoreOp.Put(key, value)], cancellationToken);
        ResourceLog.Shown(log, _kind.Stored.Kind, Describe(from.Namespace, name), stored.ModRevision);
        await SayAsync(side, Agreed(side.Generation, side.Content.Hash, stored), cancellationToken);
    }

    private async Task ReplaceAsync(StoredSide from, string name, KubernetesSide over, CancellationToken cancellationToken)
    {
        var whole = mirror.Whole(over) ?? throw new SyncConflictException(name);
        KubernetesObject made;
        try
        {
            made = await api.ReplaceAsync(_kind.Kubernetes, KubernetesObjects.Write(_kind, from, name, whole), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            throw new SyncConflictException(name);
        }

        var side = KubernetesObjects.Read(made);
        ResourceLog.Shown(log, _kind.Stored.Kind, Describe(from.Namespace, name), from.ModRevision);
        await SayAsync(side, Agreed(side.Generation, side.Content.Hash, from), cancellationToken);
    }

    private async Task DeleteKubernetesAsync(KubernetesSide kubernetes, CancellationToken cancellationToken)
    {
        try
        {
            await api.DeleteAsync(_kind.Kubernetes, kubernetes.Namespace, kubernetes.Name, new DeleteOptions(kubernetes.Uid, kubernetes.ResourceVersion), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            throw new SyncConflictException(kubernetes.Name);
        }

        ResourceLog.Deleted(log, _kind.Stored.Kind, Describe(kubernetes.Namespace, kubernetes.Name), "the datastore", "Kubernetes");
    }

    private async Task SayAsync(KubernetesSide kubernetes, SyncStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await api.PatchAsync(_kind.Kubernetes, kubernetes.Namespace, kubernetes.Name, Patch.Merge(status.ToPatch()).OfStatus(), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return;
        }

        mirror.Said(kubernetes, status);
        if (!status.Live)
        {
            ResourceLog.NotLive(log, _kind.Stored.Kind, Describe(kubernetes.Namespace, kubernetes.Name), status.Message);
            await events.WarnAsync(_kind.Kubernetes, About(kubernetes), "NotLive", "Synchronize", status.Message, cancellationToken);
        }
    }

    private async Task<StoredSide> CommitAsync(string key, List<Compare> compares, List<StoreOp> then, CancellationToken cancellationToken)
    {
        var result = await store.TxnAsync(new TxnRequest(compares, then, []), cancellationToken);
        if (!result.Succeeded)
        {
            throw new SyncConflictException(key);
        }

        var keyValue = new KeyValue(key, ((StoreOp.Put)then[0]).Value, 0, result.Revision, 0);
        mirror.Wrote(key, keyValue);
        foreach (var gone in then.OfType<StoreOp.Delete>())
        {
            mirror.Wrote(gone.Key, null);
        }

        return StoredObjects.Read(_kind, keyValue);
    }

    private SyncStatus Agreed(long generation, string hash, StoredSide stored) => SyncPlan.Agreed(sync, generation, hash, stored);

    private static KubernetesMetadata About(KubernetesSide side) => new() { Namespace = side.Namespace, Name = side.Name, Uid = side.Uid };

    private static string Describe(string @namespace, string name) => @namespace.Length > 0 ? $"{@namespace}/{name}" : name;
}
