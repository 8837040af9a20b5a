using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// One table: what we want, what the kernel has as far as we know, and which names may differ. Planning walks only those, so that a change
/// costs the same however many rules there are.
/// </summary>
internal sealed class TableState(IptablesTable table)
{
    private static readonly ValueArray<string> Drop = ["-j DROP"];

    private readonly Dictionary<string, ValueArray<string>> _wish = [];
    private readonly Dictionary<string, IptablesHook> _hooks = [];
    private readonly HashSet<string> _dirty = [];
    private readonly Dictionary<string, Refusal> _refusals = [];

    // Refused even closed: its name is too long, for example. What uses it is refused as well.
    private readonly HashSet<string> _impossible = [];
    private readonly PrintedForms _printed = new();
    private KernelTable _kernel = new();

    public IptablesTable Table => table;

    public IReadOnlyDictionary<string, Refusal> Refusals => _refusals;

    /// <summary>The chains the kernel has of ours.</summary>
    public IReadOnlyDictionary<string, ValueArray<string>> KernelChains => _kernel.Chains;

    public void Set(IptablesChain chain)
    {
        var isNew = !_wish.TryGetValue(chain.Name, out var before) || before != chain.Rules;
        if (isNew)
        {
            _wish[chain.Name] = chain.Rules;
            Touch(chain.Name);
        }
    }

    public void Remove(string chain)
    {
        _wish.Remove(chain);
        Touch(chain);
    }

    public void Set(IptablesHook hook)
    {
        _hooks[hook.KernelChain] = hook;
        Touch(hook.KernelChain);
    }

    /// <summary>Takes what was read for the truth. Returns the names that are not as we last knew them: others changed them.</summary>
    public IReadOnlyList<string> Adopt(KernelTable read)
    {
        var known = _kernel;
        _kernel = read;
        foreach (var chain in read.Foreign.Keys.Where(chain => !_hooks.ContainsKey(chain) && !read.HasHook(chain)).ToList())
        {
            read.Foreign.Remove(chain);
        }

        var changed = new List<string>();
        foreach (var name in Names(known, read))
        {
            Settle(name);
            if (!IsAsWished(name))
            {
                _dirty.Add(name);
                if (!HaveSame(known, read, name))
                {
                    changed.Add(name);
                }
            }
        }

        return changed;
    }

    /// <summary>What differs, but for what was refused.</summary>
    public TablePlan Plan()
    {
        _dirty.RemoveWhere(IsAsWished);
        var replaced = new List<IptablesChain>();
        var hooks = new List<HookChange>();
        var removed = new List<string>();
        foreach (var name in _dirty)
        {
            if (_wish.TryGetValue(name, out var rules))
            {
                AddChain(name, rules, replaced);
            }
            else if (_refusals.ContainsKey(name))
            {
                continue;
            }
            else if (OurChains.Contain(name))
            {
                removed.Add(name);
            }
            else
            {
                var hook = _hooks.GetValueOrDefault(name);
                hooks.Add(new HookChange(name, KernelRules(name), hook?.First ?? [], hook?.Last ?? []));
            }
        }

        KeepUsed(removed);
        return new TablePlan(table, replaced, hooks, removed);
    }

    /// <summary>The plan is now in the kernel.</summary>
    public void Written(TablePlan plan)
    {
        foreach (var chain in plan.Replaced)
        {
            _kernel.Chains[chain.Name] = chain.Rules;
            Settle(chain.Name);
        }

        foreach (var name in plan.Removed)
        {
            _kernel.Chains.Remove(name);
            Settle(name);
        }

        foreach (var hook in plan.Hooks)
        {
            _kernel.Foreign[hook.Chain] = [.. hook.First, .. _kernel.Foreign.GetValueOrDefault(hook.Chain, []).Where(rule => rule is null), .. hook.Last];
            Settle(hook.Chain);
        }
    }

    /// <summary>
    /// Takes what was read right after a write for the truth. A chain of the names that was written and reads differently is one that the
    /// tool prints in another way than we do: from now on that print counts as the same.
    /// </summary>
    /// <returns>The names that were learned.</returns>
    public IReadOnlyList<string> ReadBack(KernelTable read, IEnumerable<string> names)
    {
        var written = names.Where(name => IsWanted(name) && IsAsWished(name)).ToList();
        Adopt(read);
        var learned = written.Where(name => !IsAsWished(name) && _printed.Learn(name, WishedRules(name), KernelRules(name))).ToList();
        learned.ForEach(Settle);
        return learned;
    }

    /// <summary>A new chain that cannot be filled denies; where nothing may be denied, in the nat table, it does nothing.</summary>
    public IptablesChain Closed(string chain) => new(chain, table == IptablesTable.Nat ? [] : Drop);

    public void Refuse(string name, string message, DateTimeOffset due)
    {
        _refusals[name] = new Refusal(message, due);
        if (!_kernel.Chains.ContainsKey(name))
        {
            _impossible.Add(name);
        }
    }

    /// <summary>Forgets the refusals whose time has come.</summary>
    public void RetryRefused(DateTimeOffset now)
    {
        foreach (var (name, refusal) in _refusals)
        {
            if (refusal.Due <= now)
            {
                Touch(name);
            }
        }
    }

    private void Touch(string name)
    {
        _refusals.Remove(name);
        _impossible.Remove(name);
        _dirty.Add(name);
    }

    private void Settle(string name)
    {
        if (!IsAsWished(name))
        {
            return;
        }

        _dirty.Remove(name);
        _refusals.Remove(name);
        if (_wish.TryGetValue(name, out var wish))
        {
            _kernel.Chains[name] = wish; // one copy of each text is enough
        }
    }

    private void AddChain(string name, ValueArray<string> rules, List<IptablesChain> replaced)
    {
        if (!_refusals.ContainsKey(name))
        {
            replaced.Add(new IptablesChain(name, rules));
        }
        else if (!_kernel.Chains.ContainsKey(name) && !_impossible.Contains(name))
        {
            replaced.Add(Closed(name));
        }
    }

    // A chain that was refused keeps its old rules, and these may use what the new ones would not.
    private void KeepUsed(List<string> removed)
    {
        if (removed.Count == 0 || _refusals.Count == 0)
        {
            return;
        }

        var pending = new Queue<string>(_refusals.Keys);
        var used = new HashSet<string>();
        while (pending.TryDequeue(out var name))
        {
            foreach (var rule in KernelRules(name))
            {
                var target = OurChains.TargetOf(rule).ToString();
                if (OurChains.Contain(target) && used.Add(target))
                {
                    pending.Enqueue(target);
                }
            }
        }

        removed.RemoveAll(used.Contains);
    }

    private HashSet<string> Names(KernelTable known, KernelTable read) =>
        _wish.Keys.Concat(_hooks.Keys).Concat(known.Chains.Keys).Concat(known.Foreign.Keys)
            .Concat(read.Chains.Keys).Concat(read.Foreign.Keys).ToHashSet();

    private bool IsWanted(string name) => _wish.ContainsKey(name) || _hooks.ContainsKey(name);

    private bool IsAsWished(string name)
    {
        if (!OurChains.Contain(name))
        {
            return IsHookedAsWished(name);
        }

        var exists = _kernel.Chains.TryGetValue(name, out var rules);
        return _wish.TryGetValue(name, out var wish) ? exists && _printed.Same(name, wish, rules) : !exists;
    }

    private bool IsHookedAsWished(string name)
    {
        var hook = _hooks.GetValueOrDefault(name);
        var (first, last) = (hook?.First.Count ?? 0, hook?.Last.Count ?? 0);
        var rules = _kernel.Foreign.GetValueOrDefault(name, []);
        var ours = KernelRules(name);
        return ours.Count == first + last
            && rules.Take(first).All(rule => rule is not null)
            && rules.TakeLast(last).All(rule => rule is not null)
            && _printed.Same(name, WishedRules(name), ours);
    }

    private static bool HaveSame(KernelTable known, KernelTable read, string name) => OurChains.Contain(name)
        ? known.Chains.TryGetValue(name, out var rules) == read.Chains.TryGetValue(name, out var now) && rules == now
        : known.Foreign.GetValueOrDefault(name, []).SequenceEqual(read.Foreign.GetValueOrDefault(name, []));

    private ValueArray<string> WishedRules(string name) => OurChains.Contain(name)
        ? _wish.GetValueOrDefault(name)
        : _hooks.TryGetValue(name, out var hook) ? [.. hook.First, .. hook.Last] : [];

    private ValueArray<string> KernelRules(string name) => OurChains.Contain(name)
        ? _kernel.Chains.GetValueOrDefault(name)
        : [.. _kernel.Foreign.GetValueOrDefault(name, []).OfType<string>()];
}
