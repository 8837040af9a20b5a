using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Calc.Sets;

/// <summary>Fills the sets that always exist: pools for masquerading, and the hosts.</summary>
internal sealed class FixedSets(IpSetIndex sets)
{
    private readonly IpSet _masqueraded = sets.AddPermanent(IpSetIds.MasqueradedPools);
    private readonly IpSet _pools = sets.AddPermanent(IpSetIds.AllPools);
    private readonly IpSet _hosts = sets.AddPermanent(IpSetIds.AllHosts);
    private readonly Dictionary<ResourceId, (IpSet Set, IpSetMember Member)[]> _contributions = [];

    /// <summary>Disabled pools too: addresses taken from them may be in use. False when the pool's CIDR cannot be read.</summary>
    public bool Set(ResourceId id, IpPoolSpec pool)
    {
        if (!Cidr.TryParse(pool.Cidr, out var cidr))
        {
            Remove(id);
            return false;
        }

        var member = new IpSetMember(cidr);
        Set(id, pool.NatOutgoing == true ? [(_pools, member), (_masqueraded, member)] : [(_pools, member)]);
        return true;
    }

    public void Set(ResourceId id, NodeSpec node)
    {
        var addresses = new[] { node.Bgp?.IPv4Address, node.Bgp?.IPv6Address }.OfType<InterfaceAddress>();
        Set(id, [.. addresses.Select(address => (_hosts, new IpSetMember(address.Address.ToCidr())))]);
    }

    public void Remove(ResourceId id) => Set(id, []);

    private void Set(ResourceId id, (IpSet Set, IpSetMember Member)[] contributions)
    {
        foreach (var (set, member) in contributions)
        {
            set.Add(member);
        }

        if (_contributions.Remove(id, out var before))
        {
            foreach (var (set, member) in before)
            {
                set.Remove(member);
            }
        }

        if (contributions.Length > 0)
        {
            _contributions.Add(id, contributions);
        }
    }
}
