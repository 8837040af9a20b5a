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
        if (IsChanged(key) || _view.Knows(key))
        {
            return true;
        }

        Wanted.Keys.Add(key);
        return false;
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

    /// <summary>Writes what is stored once more as it is, unless it changes anyway: whoever relied on its revision must look again.</summary>
    public void Renew<T>(string key)
        where T : class
    {
        if (Read<T>(key) is { } value && !IsChanged(key))
        {
            _changes[key] = new Change(value, () => _view.Bytes(key));
        }
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

    /// <summary>The transaction would write something.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <summary>The keys that this transaction creates on the mere belief that they are absent.</summary>
    public IEnumerable<string> Guesses => _changes.Where(c => c.Value.Value is not null && !_view.Knows(c.Key)).Select(c => c.Key);

    public DraftedTransaction ToTransaction()
    {
        var relied = _relied.Order(StringComparer.Ordinal).ToImmutableArray();
        var compares = ImmutableArray.CreateBuilder<Compare>(relied.Length);
        var gets = ImmutableArray.CreateBuilder<StoreOp>(relied.Length);
        foreach (var key in relied)
        {
            compares.Add(new Compare(key, _view.ModRevision(key)));
            gets.Add(new StoreOp.Get(key));
        }

        var puts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var writes = ImmutableArray.CreateBuilder<StoreOp>(_changes.Count);
        foreach (var (key, change) in _changes)
        {
            values[key] = change.Value;
            if (change.Serialize is not null)
            {
                puts[key] = change.Serialize();
                writes.Add(new StoreOp.Put(key, puts[key]));
            }
            else if (_view.ModRevision(key) > 0)
            {
                writes.Add(new StoreOp.Delete(key));
            }
        }

        return new DraftedTransaction(new TxnRequest(compares.ToImmutable(), writes.ToImmutable(), gets.ToImmutable()), relied, puts, values);
    }

    private bool IsChanged(string key)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._changes.ContainsKey(key))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Change(object? Value, Func<byte[]>? Serialize);
}
