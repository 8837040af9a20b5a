using System.Text.Json;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core.Transactions;

/// <summary>
/// What one node believes about the store. It may be out of date: every transaction compares what was relied on, and corrects the view
/// when a belief was wrong. A key that was never seen is believed to be absent.
/// </summary>
internal sealed class StoreView(string node)
{
    private static readonly IReadOnlyList<string> Lists = [EtcdKeys.Prefix(ResourceKind.IpPool), EtcdKeys.Prefix(ResourceKind.IpReservation)];

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, KeyValue> _listed = new(StringComparer.Ordinal);
    private readonly SortedSet<Cidr> _blocks = [];
    private readonly SortedSet<Cidr> _ownAffinities = [];
    private readonly HashSet<IpFamily> _complete = [];

    public string Node => node;

    /// <summary>The prefixes were listed: pools, reservations and this node's affinities are known.</summary>
    public bool HasLists { get; private set; }

    /// <summary>What the first read asks for besides the keys of the requests.</summary>
    public static IEnumerable<StoreOp> ListOperations(string node) =>
        [.. Lists.Select(prefix => new StoreOp.Get(prefix, IsPrefix: true)), new StoreOp.Get(EtcdKeys.AffinitiesOf(node), IsPrefix: true)];

    public void ListsLoaded() => HasLists = true;

    /// <summary>The pools or the reservations, by name. (Of keys that come and go with containers there may be many thousands.)</summary>
    public IEnumerable<KeyValue> Listed(ResourceKind kind)
    {
        var prefix = EtcdKeys.Prefix(kind);
        return _listed.Values.Where(keyValue => keyValue.Key.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Existing blocks seen so far.</summary>
    public IEnumerable<Cidr> Blocks(IpFamily family) => _blocks.Where(b => b.Family == family);

    public IEnumerable<Cidr> OwnAffinities(IpFamily family) => _ownAffinities.Where(b => b.Family == family);

    /// <summary>Every block of the family was read during the current call.</summary>
    public bool KnowsAllBlocks(IpFamily family) => _complete.Contains(family);

    public void AllBlocksKnown(IpFamily family) => _complete.Add(family);

    public bool Knows(string key) => _entries.ContainsKey(key);

    /// <summary>0 when the key is absent or was never seen.</summary>
    public long ModRevision(string key) => _entries.TryGetValue(key, out var entry) ? entry.KeyValue?.ModRevision ?? 0 : 0;

    /// <summary>The stored value as it is; empty when the key is absent or was never seen.</summary>
    public byte[] Bytes(string key) => _entries.TryGetValue(key, out var entry) && entry.KeyValue is { } keyValue ? keyValue.Value.ToArray() : [];

    /// <exception cref="IpamException"><see cref="IpamFailure.Unreadable"/>: the stored value is not what the key promises.</exception>
    public T? Get<T>(string key)
        where T : class
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.KeyValue is not { } keyValue)
        {
            return null;
        }

        try
        {
            return (T)(entry.Parsed ??= ModelJson.Read<T>(keyValue.Value.Span));
        }
        catch (JsonException e)
        {
            throw new IpamException(IpamFailure.Unreadable, $"{key} cannot be read: {e.Message}", "repair or remove the object", e);
        }
    }

    /// <summary>Takes note of what a read of one key or of a prefix found.</summary>
    public void Learn(string key, IReadOnlyList<KeyValue> found)
    {
        if (found.Count == 0 && !key.EndsWith('/'))
        {
            Set(key, null, null);
        }

        foreach (var keyValue in found)
        {
            Set(keyValue.Key, keyValue, null);
        }
    }

    /// <summary>Takes note of our own commit. A deleted key is forgotten: absent is what an unknown key counts as, and containers come and go.</summary>
    public void Wrote(string key, KeyValue? keyValue, object? parsed)
    {
        Set(key, keyValue, parsed);
        if (keyValue is null)
        {
            _entries.Remove(key);
        }
    }

    /// <summary>Blocks of other nodes go out of date at once; only this node's are worth keeping.</summary>
    public void ForgetForeignBlocks()
    {
        _complete.Clear();
        foreach (var block in _blocks.Where(b => !_ownAffinities.Contains(b)).ToList())
        {
            _blocks.Remove(block);
            _entries.Remove(EtcdKeys.Block(block));
        }
    }

    private void Set(string key, KeyValue? keyValue, object? parsed)
    {
        _entries[key] = new Entry(keyValue) { Parsed = parsed };
        if (EtcdKeys.TryParseBlock(key, out var block))
        {
            Include(_blocks, block, keyValue is not null);
        }
        else if (EtcdKeys.TryParseAffinity(key, out var owner, out block) && owner == node)
        {
            Include(_ownAffinities, block, keyValue is not null);
        }
        else if (Lists.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            _listed.Remove(key);
            if (keyValue is not null)
            {
                _listed.Add(key, keyValue);
            }
        }
    }

    private static void Include(SortedSet<Cidr> set, Cidr block, bool present)
    {
        if (present)
        {
            set.Add(block);
        }
        else
        {
            set.Remove(block);
        }
    }

    private sealed record Entry(KeyValue? KeyValue)
    {
        public object? Parsed { get; set; }
    }
}
