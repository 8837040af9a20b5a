using System.Runtime.InteropServices;
using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Calc.Sets;

/// <summary>
/// The members of one set, each with the number of reasons for it (two endpoints may have one address for a while), and what the
/// dataplane does not know yet.
/// </summary>
/// <param name="changed">Called when there is something to say that there was not before.</param>
internal sealed class IpSet(string id, IpSetKind kind, Action<IpSet> changed)
{
    private readonly Dictionary<IpSetMember, int> _reasons = [];
    private HashSet<IpSetMember>? _added;
    private HashSet<IpSetMember>? _removed;

    public string Id { get; } = id;

    public IpSetKind Kind { get; } = kind;

    /// <summary>The dataplane has the set.</summary>
    public bool IsSent { get; private set; }

    /// <summary>How many rules use the set.</summary>
    public int References { get; set; }

    public void Add(IpSetMember member)
    {
        ref var reasons = ref CollectionsMarshal.GetValueRefOrAddDefault(_reasons, member, out _);
        if (++reasons == 1)
        {
            Note(member, ref _added, _removed);
        }
    }

    public void Remove(IpSetMember member)
    {
        ref var reasons = ref CollectionsMarshal.GetValueRefOrNullRef(_reasons, member);
        if (--reasons == 0)
        {
            _reasons.Remove(member);
            Note(member, ref _removed, _added);
        }
    }

    /// <summary>Says what changed since the last time; null when nothing did.</summary>
    public DataplaneMessage? Flush()
    {
        var (added, removed) = (_added, _removed);
        (_added, _removed) = (null, null);
        if (!IsSent)
        {
            // Filled at once, mostly; a table that grew by doubling may be half empty.
            _reasons.TrimExcess();
            IsSent = true;
            return new IpSetUpdate(Id, Kind, ToArray(_reasons.Keys));
        }

        return added is { Count: > 0 } || removed is { Count: > 0 } ? new IpSetDelta(Id, ToArray(added ?? []), ToArray(removed ?? [])) : null;
    }

    // A change that takes an earlier one back leaves nothing to say.
    private void Note(IpSetMember member, ref HashSet<IpSetMember>? changes, HashSet<IpSetMember>? opposite)
    {
        if (!IsSent || opposite?.Remove(member) == true)
        {
            return;
        }

        var isFirst = _added is null && _removed is null;
        (changes ??= []).Add(member);
        if (isFirst)
        {
            changed(this);
        }
    }

    private static ValueArray<IpSetMember> ToArray(IReadOnlyCollection<IpSetMember> members) => new([.. members]);
}
