using System.Runtime.InteropServices;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Sets;

/// <summary>The sets that rules in use refer to, and everything in the cluster that may be a member of one.</summary>
internal sealed class IpSetIndex
{
    private readonly LabelIndex _labels = new();
    private readonly Dictionary<SourceKey, MemberSource> _sources = [];
    private readonly PortTable _ports = new();
    private readonly Dictionary<string, SelectorSet> _selectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IpSet> _sets = new(StringComparer.Ordinal);
    private readonly HashSet<IpSet> _changed = [];
    private readonly HashSet<IpSet> _unused = [];
    private bool _hasFlushed;

    /// <summary>Where profiles' labels are set, for the sources of members.</summary>
    public LabelIndex Labels => _labels;

    public void SetSource(ResourceId id, MemberSource source, LabelSource labels)
    {
        source.Ports = _ports.Acquire(source.Ports);
        _labels.Add(source, labels);
        // Every endpoint comes with its own copy of its namespace's name; the key holds the one that the labels hold.
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_sources, new SourceKey(id, _labels.SharedNamespace(id.Namespace)), out _);
        var old = place;
        place = source;
        if (old is not null)
        {
            // After the new one, so that what they have in common never leaves a set.
            Forget(old);
        }
    }

    public void RemoveSource(ResourceId id)
    {
        if (_sources.Remove(new SourceKey(id, id.Namespace), out var source))
        {
            Forget(source);
        }
    }

    /// <summary>A set that always exists, and that its owner fills.</summary>
    public IpSet AddPermanent(string id)
    {
        var set = AddSet(id, IpSetKind.Nets);
        set.References = 1;
        return set;
    }

    /// <summary>Takes a reference to the set of the nets that the selector selects.</summary>
    public string Acquire(Selector selector) => Acquire(IpSetIds.OfSelector(selector), IpSetKind.Nets, selector, null, 0);

    /// <summary>Takes a reference to the set of the ports of that name and protocol of what the selector selects.</summary>
    public string Acquire(Selector selector, int protocol, string portName) =>
        Acquire(IpSetIds.OfNamedPort(selector, protocol, portName), IpSetKind.Ports, selector, portName, protocol);

    /// <summary>Gives a reference back. A set without references stays until the flush, in case that it is needed again.</summary>
    public void Release(string id)
    {
        var set = _sets[id];
        if (--set.References == 0)
        {
            _unused.Add(set);
        }
    }

    public void Flush(MessageSequencer messages)
    {
        foreach (var set in _unused.Where(set => set.References == 0))
        {
            Drop(set);
            if (set.IsSent)
            {
                messages.Add(new IpSetRemove(set.Id));
            }
        }

        foreach (var set in _changed)
        {
            if (set.Flush() is { } message)
            {
                messages.Add(message);
            }
        }

        _unused.Clear();
        _changed.Clear();
        if (!_hasFlushed)
        {
            // The cluster as it was found is in; what comes now comes in ones.
            _hasFlushed = true;
            _sources.TrimExcess();
        }
    }

    /// <summary>Takes a reference to the set of a service's backends, which is empty as long as nobody says which they are.</summary>
    public string Acquire(ServiceName service, IpSetKind kind)
    {
        var id = IpSetIds.OfService(service, kind);
        var set = _sets.GetValueOrDefault(id) ?? AddSet(id, kind);
        set.References++;
        return id;
    }

    /// <summary>Takes a reference to the set of what a rule lists.</summary>
    public string Acquire(IpSetKind kind, IReadOnlyCollection<IpSetMember> members)
    {
        var id = IpSetIds.OfList(kind, members);
        if (!_sets.TryGetValue(id, out var set))
        {
            set = AddSet(id, kind);
            foreach (var member in members)
            {
                set.Add(member);
            }
        }

        set.References++;
        return id;
    }

    private void Forget(MemberSource source)
    {
        _labels.Remove(source);
        _ports.Release(source.Ports);
    }

    private string Acquire(string id, IpSetKind kind, Selector selector, string? portName, int protocol)
    {
        if (!_sets.TryGetValue(id, out var set))
        {
            set = AddSet(id, kind);
            var target = new SelectorSet(set, selector, portName, protocol);
            _selectors.Add(id, target);
            _labels.Add(target);
        }

        set.References++;
        return id;
    }

    private IpSet AddSet(string id, IpSetKind kind)
    {
        var set = new IpSet(id, kind, changed => _changed.Add(changed));
        _sets.Add(id, set);
        _changed.Add(set);
        return set;
    }

    private void Drop(IpSet set)
    {
        _sets.Remove(set.Id);
        if (_selectors.Remove(set.Id, out var target))
        {
            _labels.Remove(target);
        }

        _changed.Remove(set);
    }
}
