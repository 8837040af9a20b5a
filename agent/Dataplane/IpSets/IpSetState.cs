using System.Globalization;
using System.Numerics;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>
/// One set of one family: the members we want, and in what the kernel differs from them. No second copy of the members is kept: what the
/// kernel has is what we want, but for the differences.
/// </summary>
internal sealed class IpSetState(string name, IpSetKind kind, IpFamily family)
{
    /// <summary>The tool's limit of a set, unless it must hold more. The kernel allots memory as members come, so it costs nothing.</summary>
    public const int DefaultMaxElements = 1048576;

    private const int SmallDelta = 1000;

    private readonly HashSet<IpSetMember> _members = [];

    // What the kernel lacks (true) or has too many (false). Meaningless unless it is InKernel.
    private readonly Dictionary<IpSetMember, bool> _differences = [];

    // A net of all addresses does not exist in the kernel; its two halves do, and they may be wanted for themselves as well.
    private readonly HashSet<IpSetMember> _ownHalves = [];
    private bool _hasAll;
    private int _maxElements = DefaultMaxElements;

    public string Name => name;

    public IpFamily Family => family;

    public IpSetPresence Presence { get; set; } = IpSetPresence.Absent;

    public bool IsInSync => Presence == IpSetPresence.InKernel && _differences.Count == 0;

    public void Add(IpSetMember member)
    {
        switch (member.Protocol == 0 ? member.Net.PrefixLength : -1)
        {
            case 0:
                _hasAll = true;
                Halves(member).ForEach(AddToKernel);
                break;
            case 1:
                _ownHalves.Add(member);
                AddToKernel(member);
                break;
            default:
                AddToKernel(member);
                break;
        }
    }

    public void Remove(IpSetMember member)
    {
        switch (member.Protocol == 0 ? member.Net.PrefixLength : -1)
        {
            case 0:
                _hasAll = false;
                Halves(member).Where(half => !_ownHalves.Contains(half)).ToList().ForEach(RemoveFromKernel);
                break;
            case 1:
                _ownHalves.Remove(member);
                if (!_hasAll)
                {
                    RemoveFromKernel(member);
                }

                break;
            default:
                RemoveFromKernel(member);
                break;
        }
    }

    /// <summary>Wants exactly these.</summary>
    public void Replace(IEnumerable<IpSetMember> members)
    {
        var wanted = members.ToHashSet();
        foreach (var member in _members.Where(member => !wanted.Contains(member)).ToList())
        {
            Remove(member);
        }

        if (_hasAll && !wanted.Any(member => member.Protocol == 0 && member.Net.PrefixLength == 0))
        {
            Remove(new IpSetMember(new Cidr(new IpAddress(family, 0), 0)));
        }

        foreach (var member in wanted)
        {
            Add(member);
        }
    }

    /// <summary>Takes what was read for the truth.</summary>
    /// <returns>Whether it is what we thought was there.</returns>
    public bool Adopt(KernelSet? kernel)
    {
        var wasInSync = IsInSync;
        _differences.Clear();
        if (kernel is null)
        {
            Presence = IpSetPresence.Absent;
        }
        else if (kernel.Type != IpSetText.TypeOf(kind) || kernel.Family != IpSetText.FamilyOf(family))
        {
            Presence = IpSetPresence.OfOtherType;
        }
        else
        {
            Presence = kernel.Strangers.Count > 0 ? IpSetPresence.Unknown : IpSetPresence.InKernel;
            _maxElements = kernel.MaxElements;
            Compare(kernel.Members);
        }

        return !wasInSync || IsInSync;
    }

    /// <summary>The commands that make the kernel's set as it should be, for <c>ipset restore</c>. They may be run again from the first.</summary>
    /// <param name="temporary">A name that is free for a while.</param>
    public IEnumerable<string> Commands(string temporary)
    {
        if (IsDelta)
        {
            return _differences.OrderByDescending(difference => difference.Value).Select(Command);
        }

        return Presence switch
        {
            IpSetPresence.InKernel or IpSetPresence.Unknown =>
                Fill(temporary, $"flush {temporary}").Concat([$"swap {temporary} {name}", $"destroy {temporary}"]),
            IpSetPresence.OfOtherType => Fill(name).Prepend($"destroy {name}"),
            _ => Fill(name),
        };
    }

    /// <summary>The commands were run.</summary>
    public void Written()
    {
        if (!IsDelta)
        {
            _maxElements = MaxElements;
            _members.TrimExcess();
        }

        Presence = IpSetPresence.InKernel;
        _differences.Clear();
    }

    private int MaxElements => (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((ulong)_members.Count), DefaultMaxElements, int.MaxValue);

    // Few commands, or fewer than the set has members; and there is room for what comes before what goes.
    private bool IsDelta => Presence == IpSetPresence.InKernel
        && _differences.Count <= Math.Max(SmallDelta, _members.Count)
        && _members.Count + _differences.Count <= _maxElements;

    private void AddToKernel(IpSetMember member)
    {
        if (_members.Add(member) && !_differences.Remove(member))
        {
            Differ(member, true);
        }
    }

    private void RemoveFromKernel(IpSetMember member)
    {
        if (_members.Remove(member) && !_differences.Remove(member))
        {
            Differ(member, false);
        }
    }

    private void Differ(IpSetMember member, bool isMissing)
    {
        if (Presence == IpSetPresence.InKernel)
        {
            _differences[member] = isMissing;
        }
    }

    private void Compare(List<IpSetMember> kernel)
    {
        var common = 0;
        foreach (var member in kernel)
        {
            if (_members.Contains(member))
            {
                common++;
            }
            else
            {
                _differences[member] = false;
            }
        }

        if (common < _members.Count)
        {
            var there = kernel.ToHashSet();
            foreach (var member in _members.Where(member => !there.Contains(member)))
            {
                _differences[member] = true;
            }
        }
    }

    private string Command(KeyValuePair<IpSetMember, bool> difference) =>
        $"{(difference.Value ? "add" : "del")} -exist {name} {IpSetText.MemberOf(difference.Key)}";

    private IEnumerable<string> Fill(string set, params IEnumerable<string> before) => before
        .Prepend($"create -exist {set} {IpSetText.TypeOf(kind)} family {IpSetText.FamilyOf(family)} maxelem {MaxElements.ToString(CultureInfo.InvariantCulture)}")
        .Concat(_members.Select(member => $"add -exist {set} {IpSetText.MemberOf(member)}"));

    private static List<IpSetMember> Halves(IpSetMember all)
    {
        var low = all.Net.Address;
        var high = low.Add(UInt128.One << (low.Family.Bits() - 1));
        return [new IpSetMember(new Cidr(low, 1)), new IpSetMember(new Cidr(high, 1))];
    }
}
