using System.Collections.Immutable;
using Calico.Model.Json;
using Calico.Store;

namespace Calico.Ipam.Core.Transactions;

/// <summary>
/// A transaction in the making: changes on top of a view, the keys relied on, and what is still missing to decide. A child draft holds one
/// request of a batch, so that a request that fails leaves no change.
/// </summary>
internal sealed class Draft
{
    private readonly StoreView _view;
    private readonly Draft? _parent;
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _relied = new(StringComparer.Ordinal);

    public Draft(StoreView view, Draft? parent = null)
    {
        _view = view;
        _parent = parent;
        Wanted = parent?.Wanted ?? new WantedReads();
    }

    public StoreView View => _view;

    /// <summary>What must be read before the batch can be decided.</summary>
    public WantedReads Wanted { get; }

    /// <summary>The value as this transaction would leave it, relied on: the commit fails if it is another by then.</summary>
    public T? Read<T>(string key)
        where T : class
    {
        RelyOn(key);
        return Peek<T>(key);
    }

    /// <summary>As <see cref="Read{T}"/>, without relying on it.</summary>
    public T? Peek<T>(string key)
        where T : class
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._changes.TryGetValue(key, out var change))
            {
                return (T?)change.Value;
            }
        }

        return _view.Get<T>(key);
    }

    /// <summary>False, and noted as wanted, if the key was never seen and nothing here writes it.</summary>
    public bool Knows(string key)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._changes.ContainsKey(key))
            {
                return true;
            }
        }

        if (!_view.Knows(key))
        {
            Wanted.Keys.Add(key);
            return false;
        }

        return true;
    }

    public void RelyOn(string key) => _relied.Add(key);

    /// <summary>The keys under a prefix that this transaction writes.</summary>
    public IEnumerable<string> Writes(string prefix)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            foreach (var (key, change) in draft._changes)
            {
                if (change.Value is not null && key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return key;
                }
            }
        }
    }

    public void Write<T>(string key, T value)
        where T : class
    {
        RelyOn(key);
        _changes[key] = new Change(value, () => ModelJson.Write(value));
    }

    public void Delete(string key)
    {
        RelyOn(key);
        _changes[key] = new Change(null, null);
    }

    /// <summary>Would the transaction still fit in one of etcd's with the child's part added?</summary>
    public bool Fits(Draft child) =>
        _relied.Union(child._relied).Count() <= TxnRequest.MaxOperations
        && _changes.Keys.Union(child._changes.Keys).Count() <= TxnRequest.MaxOperations;

    /// <param name="withChanges">False for a request that failed: its error too must rest on what is still true at the commit.</param>
    public void Adopt(Draft child, bool withChanges)
    {
        _relied.UnionWith(child._relied);
        if (!withChanges)
        {
            return;
        }

        foreach (var (key, change) in child._changes)
        {
            _changes[key] = change;
        }
    }

    /// <summary>The keys that this transaction creates on the mere belief that they are absent.</summary>
    public IEnumerable<string> Guesses => _changes.Where(c => c.Value.Value is not null && !_view.Knows(c.Key)).Select(c => c.Key);

    public DraftedTransaction ToTransaction()
    {
        var relied = _relied.Order(StringComparer.Ordinal).ToImmutableArray();
        var puts = _changes.Where(c => c.Value.Serialize is not null).ToDictionary(c => c.Key, c => c.Value.Serialize!(), StringComparer.Ordinal);
        var deletes = _changes.Where(c => c.Value.Serialize is null && _view.ModRevision(c.Key) > 0).Select(c => c.Key);
        var request = new TxnRequest(
            [.. relied.Select(key => new Compare(key, _view.ModRevision(key)))],
            [.. puts.Select(put => new StoreOp.Put(put.Key, put.Value)), .. deletes.Select(key => new StoreOp.Delete(key))],
            [.. relied.Select(key => new StoreOp.Get(key))]);
        return new DraftedTransaction(request, relied, puts, _changes.ToDictionary(c => c.Key, c => c.Value.Value, StringComparer.Ordinal));
    }

    private sealed record Change(object? Value, Func<byte[]>? Serialize);
}
