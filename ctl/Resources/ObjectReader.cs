using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>Reads objects from the datastore.</summary>
internal sealed class ObjectReader(IKeyValueStore store)
{
    /// <summary>All objects of a kind, in the order of their keys.</summary>
    /// <param name="namespace">Null for those of all namespaces.</param>
    public async Task<ObjectList> ListAsync(Kind kind, string? @namespace, CancellationToken cancellationToken)
    {
        var range = await store.RangeAsync(RangeRequest.Prefix(ObjectKeys.Prefix(kind)), cancellationToken);
        var (objects, problems) = (new List<StoredObject>(), new List<string>());
        foreach (var keyValue in range.KeyValues)
        {
            try
            {
                var found = Parse(kind, keyValue);
                if (@namespace is null || found.Ref.Namespace == @namespace)
                {
                    objects.Add(found);
                }
            }
            catch (ObjectException e)
            {
                problems.Add(e.Message);
            }
        }

        return new ObjectList(kind, range.Revision, objects, problems);
    }

    /// <summary>The object that a user names; null if there is none.</summary>
    /// <param name="tier">The tier, where the user says it; null by name alone.</param>
    /// <exception cref="ObjectException">It is there and cannot be read.</exception>
    public async Task<StoredObject?> FindAsync(ObjectRef reference, string? tier, CancellationToken cancellationToken)
    {
        if (reference.Kind.Type == BlockAffinities.Type)
        {
            // Its key is made of the node and the block, which a name does not tell apart.
            return (await ListAsync(reference.Kind, null, cancellationToken)).Objects.FirstOrDefault(affinity => affinity.Ref.Name == reference.Name);
        }

        var keys = ObjectKeys.Candidates(reference, tier);
        var result = await store.TxnAsync(new TxnRequest([], [.. keys.Select(key => new StoreOp.Get(key))], []), cancellationToken);
        foreach (var keyValue in result.Gets.Select(get => get.Single).OfType<KeyValue>())
        {
            var found = Parse(reference.Kind, keyValue);
            if (tier is null || keyValue.Key == keys[0] || ObjectKeys.TierOf(reference.Kind, found.Json) == tier)
            {
                return found;
            }
        }

        return null;
    }

    private static StoredObject Parse(Kind kind, KeyValue keyValue)
    {
        try
        {
            if (kind.Type == BlockAffinities.Type)
            {
                var (name, affinity) = BlockAffinities.Read(keyValue);
                return new StoredObject(new ObjectRef(kind, "", name), keyValue, affinity);
            }

            var json = JsonNode.Parse(keyValue.Value.Span) as JsonObject ?? throw new FormatException("it is not an object");
            _ = json["metadata"] as JsonObject ?? throw new FormatException("it has no metadata");
            return new StoredObject(ObjectKeys.Parse(kind, keyValue.Key), keyValue, json);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new ObjectException(ObjectFailure.Invalid, $"{keyValue.Key} cannot be read: {e.Message}");
        }
    }
}
