using System.Text;
using Calico.Store;

namespace Calico.Tests.Fakes;

/// <summary>The state of the fake store: every version of every key since the last compaction, as etcd keeps them. Not thread-safe.</summary>
internal sealed class VersionedKeys
{
    private readonly SortedDictionary<string, List<Entry>> _keys = new(StringComparer.Ordinal);
    private readonly List<WatchEvent> _events = [];

    /// <summary>An empty etcd is at revision 1.</summary>
    public long Revision { get; private set; } = 1;

    public long CompactRevision { get; private set; }

    public IEnumerable<WatchEvent> EventsSince(long revision) => _events.Where(e => e.Revision >= revision);

    public KeyValue? Current(string key) => At(key, long.MaxValue);

    /// <exception cref="StoreCompactedException">The revision is no longer kept.</exception>
    /// <exception cref="StoreException">The revision lies in the future.</exception>
    public RangeResult Range(RangeRequest request, long upTo)
    {
        var revision = request.Revision == 0 ? upTo : request.Revision;
        RequireKept(revision);
        if (revision > upTo)
        {
            throw new StoreException($"required revision {revision} is a future revision");
        }

        var found = Matching(request.Key, request.IsPrefix)
            .Where(key => IsBefore(key, request.Until))
            .Select(key => At(key, revision))
            .OfType<KeyValue>()
            .Select(kv => request.KeysOnly ? kv with { Value = ReadOnlyMemory<byte>.Empty } : kv)
            .ToList();
        return new RangeResult(upTo, found);
    }

    public void RequireKept(long revision)
    {
        if (revision < CompactRevision)
        {
            throw new StoreCompactedException($"required revision {revision} has been compacted") { CompactRevision = CompactRevision };
        }
    }

    /// <param name="until">Null is the end of all keys.</param>
    public static bool IsBefore(string key, string? until) => until is null || string.CompareOrdinal(key, until) < 0;

    public List<string> Matching(string key, bool isPrefix) => isPrefix
        ? _keys.Keys.Where(k => k.StartsWith(key, StringComparison.Ordinal)).ToList()
        : _keys.ContainsKey(key) ? [key] : [];

    public bool Compares(TxnRequest request) =>
        request.Compares.All(compare => (Current(compare.Key)?.ModRevision ?? 0) == compare.ModRevision);

    public void Put(string key, ReadOnlyMemory<byte> value, long lease, long revision)
    {
        var before = Current(key);
        var after = new KeyValue(key, value.ToArray(), before?.CreateRevision ?? revision, revision, (before?.Version ?? 0) + 1, lease);
        Append(key, after, revision);
    }

    /// <summary>Returns whether there was something to delete.</summary>
    public bool Delete(string key, bool isPrefix, long revision)
    {
        var present = Matching(key, isPrefix).Where(k => Current(k) is not null).ToList();
        present.ForEach(k => Append(k, null, revision));
        return present.Count > 0;
    }

    public void Advance(long revision) => Revision = revision;

    /// <summary>Forgets every version that is not the newest one at <paramref name="revision"/> or later.</summary>
    public void Compact(long revision)
    {
        CompactRevision = revision;
        _events.RemoveAll(e => e.Revision < revision);
        foreach (var (key, versions) in _keys.ToList())
        {
            var newestKept = versions.FindLastIndex(v => v.Revision <= revision);
            versions.RemoveRange(0, Math.Max(newestKept, 0));
            if (versions is [{ KeyValue: null }])
            {
                _keys.Remove(key);
            }
        }
    }

    public IReadOnlyDictionary<string, string> Texts() => _keys
        .Select(pair => pair.Value[^1].KeyValue)
        .OfType<KeyValue>()
        .ToDictionary(kv => kv.Key, kv => Encoding.UTF8.GetString(kv.Value.Span));

    public IEnumerable<string> KeysOfLease(long lease) =>
        _keys.Keys.Where(key => Current(key)?.Lease == lease && lease != 0).ToList();

    private KeyValue? At(string key, long revision) => _keys.TryGetValue(key, out var versions)
        ? versions.FindLast(v => v.Revision <= revision)?.KeyValue
        : null;

    private void Append(string key, KeyValue? after, long revision)
    {
        if (!_keys.TryGetValue(key, out var versions))
        {
            _keys[key] = versions = [];
        }

        versions.Add(new Entry(revision, after));
        _events.Add(new WatchEvent(key, after, revision));
    }

    private sealed record Entry(long Revision, KeyValue? KeyValue);
}
