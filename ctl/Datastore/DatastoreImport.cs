using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Store;

namespace Calico.Ctl.Datastore;

/// <summary>
/// Writes an export into a datastore. Each transaction holds only if its keys are still what was read, and what is there already is left alone, so that
/// it may be cut short and run again at any point.
/// </summary>
internal sealed class DatastoreImport(IKeyValueStore store, bool overwrites, Func<int, int, Task> progress)
{
    private const int PerTransaction = 60;
    private const int PerReport = 6000;
    private const int Tries = 5;
    private readonly List<string> _conflicts = [];

    public int Written { get; private set; }

    public int Equal { get; private set; }

    /// <summary>Keys that hold something else.</summary>
    public IReadOnlyList<string> Conflicts => _conflicts;

    /// <summary>Locks the datastore, or makes its ClusterInformation as a locked one: no node works on half of an import.</summary>
    /// <exception cref="CtlException">It is another cluster's.</exception>
    public async Task BeginAsync(JsonObject header, IReadOnlyList<(string Key, byte[] Value)> entries, bool isForced, CancellationToken cancellationToken)
    {
        var found = (await store.RangeAsync(new RangeRequest(ClusterLock.Key), cancellationToken)).Single;
        if (found is null)
        {
            var cluster = entries.FirstOrDefault(entry => entry.Key == ClusterLock.Key).Value ?? throw CtlException.Failed("the export has no ClusterInformation 'default'");
            if ((await store.TxnAsync(new TxnRequest([Compare.Absent(ClusterLock.Key)], [new StoreOp.Put(ClusterLock.Key, ClusterLock.With(new KeyValue(ClusterLock.Key, cluster, 0, 0, 0), isLocked: true))], []), cancellationToken)).Succeeded)
            {
                return;
            }

            // An agent was faster and made a cluster of its own.
            found = (await ClusterLock.ReadAsync(store, cancellationToken)).Cluster;
        }

        var (theirs, ours) = ((string?)ClusterLock.Parse(found)["spec"]?["clusterGUID"], (string?)header["clusterGUID"]);
        if (theirs != ours && !isForced)
        {
            throw CtlException.Failed($"this is the datastore of another cluster (clusterGUID {theirs}, the export's is {ours}): --force imports all the same");
        }

        await ClusterLock.SetAsync(store, isLocked: true, cancellationToken);
    }

    public async Task RunAsync(IReadOnlyList<(string Key, byte[] Value)> entries, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var chunk in entries.Where(entry => entry.Key != ClusterLock.Key).Chunk(PerTransaction))
        {
            await WriteAsync(chunk, cancellationToken);
            done += chunk.Length;
            if (done % PerReport == 0)
            {
                await progress(done, entries.Count);
            }
        }
    }

    private async Task WriteAsync((string Key, byte[] Value)[] chunk, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var there = await store.TxnAsync(new TxnRequest([], [.. chunk.Select(entry => new StoreOp.Get(entry.Key))], []), cancellationToken);
            var (compares, puts, conflicts, equal) = (new List<Compare>(), new List<StoreOp>(), new List<string>(), 0);
            foreach (var ((key, value), get) in chunk.Zip(there.Gets))
            {
                if (get.Single is { } found && IsEqual(found.Value.Span, value))
                {
                    equal++;
                }
                else if (get.Single is not null && !overwrites)
                {
                    conflicts.Add(key);
                }
                else
                {
                    compares.Add(new Compare(key, get.Single?.ModRevision ?? 0));
                    puts.Add(new StoreOp.Put(key, value));
                }
            }

            if (puts.Count == 0 || (await store.TxnAsync(new TxnRequest(compares, puts, []), cancellationToken)).Succeeded)
            {
                Written += puts.Count;
                Equal += equal;
                _conflicts.AddRange(conflicts);
                return;
            }
        }

        throw CtlException.Failed($"somebody else keeps writing keys such as {chunk[0].Key}; run the import again");
    }

    private static bool IsEqual(ReadOnlySpan<byte> stored, byte[] value)
    {
        if (stored.SequenceEqual(value))
        {
            return true;
        }

        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(stored), JsonNode.Parse(value));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
