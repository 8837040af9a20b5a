using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Ctl.Resources;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ctl.Datastore;

/// <summary>Whether nodes may change the datastore: ClusterInformation's <c>datastoreReady</c>.</summary>
internal static class ClusterLock
{
    public static string Key { get; } = EtcdKeys.Resource(ResourceKind.ClusterInformation, "default");

    /// <exception cref="CtlException">The datastore was never set up.</exception>
    public static async Task<(KeyValue Cluster, bool IsLocked)> ReadAsync(IKeyValueStore store, CancellationToken cancellationToken)
    {
        var found = (await store.RangeAsync(new RangeRequest(Key), cancellationToken)).Single
            ?? throw CtlException.Failed("the datastore has no ClusterInformation 'default': no node ever started on it, or these are the wrong endpoints");
        return (found, Parse(found)["spec"]?["datastoreReady"] is not JsonValue ready || !ready.TryGetValue<bool>(out var isReady) || !isReady);
    }

    /// <summary>Locks or unlocks.</summary>
    /// <returns>False when it was so already.</returns>
    public static async Task<bool> SetAsync(IKeyValueStore store, bool isLocked, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (found, was) = await ReadAsync(store, cancellationToken);
            if (was == isLocked)
            {
                return false;
            }

            if ((await store.TxnAsync(new TxnRequest([Compare.Unchanged(found)], [new StoreOp.Put(Key, With(found, isLocked))], []), cancellationToken)).Succeeded)
            {
                return true;
            }
        }
    }

    /// <summary>The value of ClusterInformation with the lock set so.</summary>
    public static byte[] With(KeyValue cluster, bool isLocked)
    {
        var json = Parse(cluster);
        var spec = json["spec"] as JsonObject ?? [];
        json["spec"] ??= spec;
        spec["datastoreReady"] = !isLocked;
        return JsonText.Bytes(json);
    }

    public static JsonObject Parse(KeyValue cluster)
    {
        try
        {
            return JsonNode.Parse(cluster.Value.Span) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException e)
        {
            throw CtlException.Failed($"{cluster.Key} cannot be read: {e.Message}");
        }
    }
}
