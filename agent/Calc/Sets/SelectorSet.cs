using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Sets;

/// <summary>Fills a set with what a selector selects: the nets, or the ports of one name and protocol.</summary>
internal sealed class SelectorSet(IpSet set, Selector selector, string? portName, int protocol) : LabelTarget<MemberSource>(selector)
{
    public IpSet Set { get; } = set;

    protected override void Started(MemberSource item) => ForEachMember(item, static (set, member) => set.Add(member));

    protected override void Stopped(MemberSource item) => ForEachMember(item, static (set, member) => set.Remove(member));

    private void ForEachMember(MemberSource item, Action<IpSet, IpSetMember> act)
    {
        if (portName is null)
        {
            foreach (var net in item.Nets)
            {
                act(Set, net);
            }

            return;
        }

        foreach (var port in item.Ports)
        {
            if (port.Name != portName || port.Protocol != protocol)
            {
                continue;
            }

            foreach (var net in item.Nets)
            {
                act(Set, new IpSetMember(net.Net.Address, protocol, port.Port));
            }
        }
    }
}
