using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>What a store holds at one moment; a transaction makes a new one of it. Values that differ in their random UIDs alone count as equal.</summary>
internal sealed partial class StoreState
{
    private readonly ImmutableSortedDictionary<string, Entry> _keys;

    private StoreState(ImmutableSortedDictionary<string, Entry> keys, UInt128 hash)
    {
        _keys = keys;
        Hash = hash;
    }

    public static StoreState Empty { get; } = new(ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal), 0);

    /// <summary>Equal for equal contents, revisions included.</summary>
    public UInt128 Hash { get; }

    public static StoreState Of(IReadOnlyDictionary<string, string> contents) => contents.Aggregate(
        Empty, (state, pair) => state.Put(pair.Key, Encoding.UTF8.GetBytes(pair.Value), revision: 1));

    public IReadOnlyDictionary<string, string> Texts() => _keys.ToDictionary(k => k.Key, k => Encoding.UTF8.GetString(k.Value.KeyValue.Value.Span));

    public ReadOnlyMemory<byte>? Value(string key) => _keys.TryGetValue(key, out var entry) ? entry.KeyValue.Value : null;

    public IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> Under(string prefix) =>
        _keys.Where(k => k.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(k => (k.Key, k.Value.KeyValue.Value));

    public (RangeResult Result, UInt128 Digest) Range(RangeRequest request, long revision) => Range(request.Key, request.IsPrefix, revision);

    /// <summary>Runs a transaction as etcd does.</summary>
    /// <param name="revision">The revision of what it writes.</param>
    /// <param name="ignores">Compares that are not made. The real store makes all.</param>
    /// <param name="most">Operations of the branch that happen. In the real store all do.</param>
    public (StoreState After, TxnResult Result, UInt128 Digest) Run(TxnRequest request, long revision, Func<Compare, bool>? ignores, int most)
    {
        var holds = request.Compares.All(compare => ignores?.Invoke(compare) == true || ModRevision(compare.Key) == compare.ModRevision);
        var (after, gets) = (this, new List<RangeResult>());
        var digest = Digest.Join(holds ? UInt128.One : UInt128.Zero);
        foreach (var operation in (holds ? request.Then : request.Else).Take(most))
        {
            switch (operation)
            {
                case StoreOp.Put put:
                    after = after.Put(put.Key, put.Value, revision);
                    break;
                case StoreOp.Delete delete:
                    after = after.Delete(delete.Key);
                    break;
                case StoreOp.Get get:
                    var (found, foundDigest) = after.Range(get.Key, get.IsPrefix, revision);
                    gets.Add(found);
                    digest = Digest.Join(digest, foundDigest);
                    break;
                default:
                    throw new ArgumentException($"unknown operation {operation}", nameof(request));
            }
        }

        return (after, new TxnResult(holds, revision, gets), Digest.Join(digest, ReferenceEquals(after, this) ? UInt128.Zero : (UInt128)revision));
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    private long ModRevision(string key) => _keys.TryGetValue(key, out var entry) ? entry.KeyValue.ModRevision : 0;

    private (RangeResult Result, UInt128 Digest) Range(string key, bool isPrefix, long revision)
    {
        var found = isPrefix
            ? _keys.Where(k => k.Key.StartsWith(key, StringComparison.Ordinal)).Select(k => k.Value).ToList()
            : _keys.TryGetValue(key, out var entry) ? [entry] : [];
        var digest = found.Aggregate(Digest.Of(key), (sum, one) => Digest.Join(sum, one.Digest));
        return (new RangeResult(revision, [.. found.Select(e => e.KeyValue)]), digest);
    }

    private StoreState Put(string key, ReadOnlyMemory<byte> value, long revision)
    {
        var keyValue = new KeyValue(key, value, revision, revision, 1);
        var digest = Digest.Of($"{key}\n{revision}\n{Uid().Replace(Encoding.UTF8.GetString(value.Span), "uid")}");
        return new StoreState(_keys.SetItem(key, new Entry(keyValue, digest)), Hash ^ DigestOf(key) ^ digest);
    }

    private StoreState Delete(string key) => _keys.ContainsKey(key) ? new StoreState(_keys.Remove(key), Hash ^ DigestOf(key)) : this;

    private UInt128 DigestOf(string key) => _keys.TryGetValue(key, out var entry) ? entry.Digest : UInt128.Zero;

    private sealed record Entry(KeyValue KeyValue, UInt128 Digest);
}
