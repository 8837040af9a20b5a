using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Conntrack;

/// <summary>The members of one IP set, to be asked as the kernel asks: is the address in any of the nets, is this address and port in it.</summary>
internal sealed class MemberSet
{
    private readonly HashSet<IpSetMember> _members = [];

    // How many nets of each prefix length there are; only lengths that occur are tried.
    private readonly SortedDictionary<int, int> _lengths4 = [];
    private readonly SortedDictionary<int, int> _lengths6 = [];

    public void Add(IEnumerable<IpSetMember> members)
    {
        foreach (var member in members.Where(_members.Add))
        {
            var lengths = Lengths(member.Family);
            var length = member.Net.PrefixLength;
            lengths[length] = lengths.GetValueOrDefault(length) + 1;
        }
    }

    public void Remove(IEnumerable<IpSetMember> members)
    {
        foreach (var member in members.Where(_members.Remove))
        {
            var lengths = Lengths(member.Family);
            var length = member.Net.PrefixLength;
            if (--lengths[length] == 0)
            {
                lengths.Remove(length);
            }
        }
    }

    public bool Contains(IpAddress address)
    {
        foreach (var (length, _) in Lengths(address.Family))
        {
            if (_members.Contains(new IpSetMember(new Cidr(address, length))))
            {
                return true;
            }
        }

        return false;
    }

    public bool Contains(IpAddress address, int protocol, int port)
    {
        foreach (var (length, _) in Lengths(address.Family))
        {
            if (_members.Contains(new IpSetMember(new Cidr(address, length), protocol, port)))
            {
                return true;
            }
        }

        return false;
    }

    private SortedDictionary<int, int> Lengths(IpFamily family) => family == IpFamily.IPv4 ? _lengths4 : _lengths6;
}
