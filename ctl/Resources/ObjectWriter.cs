using System.Text.Json.Nodes;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>
/// Writes objects, each in a transaction that holds only if it is still what was seen. Somebody else's change in between is met by reading again; but a
/// user who names a resource version wants exactly that one replaced.
/// </summary>
/// <param name="isDryRun">Everything is read and checked and nothing is written.</param>
internal sealed class ObjectWriter(IKeyValueStore store, TimeProvider time, bool isDryRun)
{
    private const int Tries = 5;
    private readonly ObjectReader _reader = new(store);
    private readonly ObjectRules _rules = new(store);

    public Task<ObjectChange> CreateAsync(Manifest manifest, CancellationToken cancellationToken) => PutAsync(manifest, mustExist: false, cancellationToken);

    public Task<ObjectChange> ReplaceAsync(Manifest manifest, CancellationToken cancellationToken) => PutAsync(manifest, mustExist: true, cancellationToken);

    public Task<ObjectChange> ApplyAsync(Manifest manifest, CancellationToken cancellationToken) => PutAsync(manifest, mustExist: null, cancellationToken);

    /// <param name="revision">Delete exactly this revision; null is whatever there is.</param>
    public Task<ObjectChange> DeleteAsync(ObjectRef reference, string? tier, long? revision, CancellationToken cancellationToken) =>
        TryAsync(reference, tier, async current =>
        {
            var found = current ?? throw NotFound(reference);
            RequireRevision(reference, found, revision);
            await _rules.CheckDeletionAsync(found, cancellationToken);
            return null;
        }, revision is null, cancellationToken);

    /// <param name="change">From the object as a user sees it to what it should be.</param>
    public Task<ObjectChange> ChangeAsync(ObjectRef reference, Func<JsonObject, JsonObject> change, CancellationToken cancellationToken) =>
        TryAsync(reference, null, async current =>
        {
            var found = current ?? throw NotFound(reference);
            var wish = change(found.Json.DeepClone().AsObject());
            await _rules.CheckAsync(found.Ref, wish, found, cancellationToken);
            return StoredForm.Over(wish, found);
        }, mayRetry: true, cancellationToken);

    /// <param name="mustExist">True: it must be there; false: it must not; null: either.</param>
    private Task<ObjectChange> PutAsync(Manifest manifest, bool? mustExist, CancellationToken cancellationToken)
    {
        var reference = manifest.Ref;
        var revision = mustExist == false ? null : StoredForm.RevisionOf(reference, manifest.Json);
        return TryAsync(reference, ObjectKeys.TierOf(reference.Kind, manifest.Json), async current =>
        {
            if (current is null && mustExist == true)
            {
                throw NotFound(reference);
            }

            if (current is not null && mustExist == false)
            {
                throw new ObjectException(ObjectFailure.AlreadyExists, $"{reference} is there already, as {current.Ref.Name}; 'apply' or 'replace' changes it");
            }

            await _rules.CheckAsync(reference, manifest.Json, current, cancellationToken);
            if (current is null)
            {
                var name = ObjectKeys.Parse(reference.Kind, ObjectKeys.Candidates(reference, ObjectKeys.TierOf(reference.Kind, manifest.Json))[0]).Name;
                return StoredForm.New(manifest.Json, name, Guid.NewGuid(), time.GetUtcNow());
            }

            RequireRevision(reference, current, revision);
            return StoredForm.Over(manifest.Json, current);
        }, revision is null && mustExist != false, cancellationToken);
    }

    private async Task<ObjectChange> TryAsync(
        ObjectRef reference, string? tier, Func<StoredObject?, Task<JsonObject?>> decide, bool mayRetry, CancellationToken cancellationToken)
    {
        ObjectRules.RequireWritable(reference);
        for (var attempt = 1; ; attempt++)
        {
            var current = await _reader.FindAsync(reference, tier, cancellationToken);
            var after = await decide(current);
            var change = new ObjectChange(reference, current?.Json, after);
            if (isDryRun || !change.IsAny || await CommitAsync(current, reference, after, cancellationToken))
            {
                return change;
            }

            if (!mayRetry || attempt == Tries)
            {
                throw new ObjectException(ObjectFailure.Conflict, $"{reference} was changed by somebody else meanwhile; try again");
            }
        }
    }

    /// <summary>A node goes with all that it has: addresses, endpoints, blocks, affinities.</summary>
    private async Task<bool> CommitAsync(StoredObject? current, ObjectRef reference, JsonObject? after, CancellationToken cancellationToken)
    {
        if (after is null && reference.Kind.Type.Kind == ResourceKind.Node)
        {
            using var ipam = new IpamClient(store, time: time);
            await new NodeRemoval(store, ipam).RemoveAsync(reference.Name, current!.Revision, cancellationToken);
            return true;
        }

        var key = current?.Stored.Key ?? ObjectKeys.Of(reference.Kind, reference.Namespace, (string)after!["metadata"]!["name"]!);
        StoreOp write = after is null ? new StoreOp.Delete(key) : new StoreOp.Put(key, JsonText.Bytes(after));
        return (await store.TxnAsync(new TxnRequest([new Compare(key, current?.Revision ?? 0)], [write], []), cancellationToken)).Succeeded;
    }

    private static void RequireRevision(ObjectRef reference, StoredObject current, long? revision)
    {
        if (revision is not null && revision != current.Revision)
        {
            throw new ObjectException(
                ObjectFailure.Conflict,
                $"{reference} was changed since: metadata.resourceVersion says {revision}, the datastore is at {current.Revision}. Get it again and merge, or remove resourceVersion to overwrite it");
        }
    }

    private static ObjectException NotFound(ObjectRef reference) => new(ObjectFailure.NotFound, $"{reference} does not exist");
}
