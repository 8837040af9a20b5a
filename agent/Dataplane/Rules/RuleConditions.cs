using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>The conditions of one rule for one family, sorted by what one iptables rule can say of them.</summary>
internal sealed class RuleConditions
{
    private readonly RuleContext _context;
    private readonly List<Alternatives> _oneOf = [];
    private readonly List<Condition> _noneOf = [];

    private RuleConditions(RuleContext context) => _context = context;

    /// <summary>Adds itself to the conditions of a rule.</summary>
    public delegate RuleMatch Condition(RuleMatch match);

    /// <summary>The protocol alone: what all rules that carry <see cref="OneOf"/> or <see cref="NoneOf"/> need.</summary>
    public RuleMatch Protocol { get; private set; } = RuleMatch.Any;

    /// <summary>All that fits into one rule, the protocol included.</summary>
    public RuleMatch Common { get; private set; } = RuleMatch.Any;

    /// <summary>Of each list one must hold.</summary>
    public IReadOnlyList<Alternatives> OneOf => _oneOf;

    /// <summary>None of these may hold.</summary>
    public IReadOnlyList<Condition> NoneOf => _noneOf;

    /// <returns>Null when no packet of this family matches the rule.</returns>
    public static RuleConditions? Of(ActiveRule rule, RuleContext context)
    {
        var conditions = new RuleConditions(context);
        return !rule.MatchesNothing
            && (rule.Family is null || rule.Family == context.Family)
            && conditions.AddProtocol(rule)
            && conditions.AddIcmp(rule)
            && conditions.Add(RuleSide.Source, rule.Source, rule.Protocol)
            && conditions.Add(RuleSide.Destination, rule.Destination, rule.Protocol)
                ? conditions
                : null;
    }

    private bool AddProtocol(ActiveRule rule)
    {
        if (rule.Protocol is { } protocol)
        {
            Protocol = Protocol.Protocol(_context.Protocols[protocol]);
        }
        else if (rule.NotProtocol is { } excluded)
        {
            Protocol = Protocol.NotProtocol(_context.Protocols[excluded]);
        }

        Common = Protocol;
        return rule.Protocol is null || rule.Protocol != rule.NotProtocol;
    }

    // Only with the family's ICMP as protocol: of any other protocol a packet has no type.
    private bool AddIcmp(ActiveRule rule)
    {
        var hasTypes = rule.Protocol == (_context.Family == IpFamily.IPv4 ? 1 : 58);
        if (hasTypes && rule.Icmp is { } icmp)
        {
            Common = Common.Icmp(_context.Family, Text(icmp));
        }

        if (hasTypes && rule.NotIcmp is { } excluded)
        {
            Common = Common.NotIcmp(_context.Family, Text(excluded));
        }

        return hasTypes || rule.Icmp is null;
    }

    private bool Add(RuleSide side, ActiveEntity entity, int? protocol) =>
        AddNets(side, entity) && AddPorts(side, entity, protocol) && AddSets(side, entity);

    private bool AddNets(RuleSide side, ActiveEntity entity)
    {
        var nets = entity.Nets.Where(net => net.Family == _context.Family).Distinct().ToList();
        var notNets = entity.NotNets.Where(net => net.Family == _context.Family).Distinct().ToList();
        var hasNets = nets.Count > 0 && nets.TrueForAll(net => net.PrefixLength > 0);
        if (hasNets)
        {
            Require([.. nets.Select<Cidr, Condition>(net => match => match.Net(side, net))]);
        }

        // A rule has one place for a net of each side.
        if (!hasNets && notNets.Count == 1)
        {
            Common = Common.NotNet(side, notNets[0]);
        }
        else
        {
            _noneOf.AddRange(notNets.Select<Cidr, Condition>(net => match => match.Net(side, net)));
        }

        return (entity.Nets.Count == 0 || nets.Count > 0) && notNets.TrueForAll(net => net.PrefixLength > 0);
    }

    private bool AddPorts(RuleSide side, ActiveEntity entity, int? protocol)
    {
        var hasPorts = PolicyProtocol.IsWithPorts(protocol);
        if (hasPorts)
        {
            var lists = PortLists.Of(entity.Ports).Select<string, Condition>(list => match => match.Ports(side, list));
            var sets = entity.PortSets.Select<string, Condition>(set => match => match.InPortSet(side, Name(set)));
            Require([.. lists, .. sets]);
            Common = PortLists.Of(entity.NotPorts).Aggregate(Common, (match, list) => match.NotPorts(side, list));
            Common = entity.NotPortSets.Aggregate(Common, (match, set) => match.NotInPortSet(side, Name(set)));
        }

        return hasPorts || entity.Ports.Count + entity.PortSets.Count == 0;
    }

    private bool AddSets(RuleSide side, ActiveEntity entity)
    {
        if (entity.Set is { } set)
        {
            Common = Common.InNetSet(side, Name(set));
        }

        if (entity.NotSet is { } excluded)
        {
            Common = Common.NotInNetSet(side, Name(excluded));
        }

        if (entity.ListSet is { } listed)
        {
            Common = Common.InNetSet(side, Name(listed));
        }

        if (entity.NotListSet is { } notListed)
        {
            Common = Common.NotInNetSet(side, Name(notListed));
        }

        if (entity.NetPortSet is { } pairs)
        {
            Common = Common.InNetPortSet(side, Name(pairs));
        }

        if (entity.ServiceSet is { } service)
        {
            Common = side == RuleSide.Source ? Common.InNetSet(side, Name(service)) : Common.InPortSet(side, Name(service));
        }

        return true;
    }

    private void Require(IReadOnlyList<Condition> alternatives)
    {
        if (alternatives.Count == 1)
        {
            Common = alternatives[0](Common);
        }
        else if (alternatives.Count > 1)
        {
            _oneOf.Add(new Alternatives(alternatives));
        }
    }

    private string Name(string set) => IpSetName.Of(set, _context.Family);

    private static string Text(IcmpCondition icmp) => icmp.Code is { } code ? $"{icmp.Type}/{code}" : $"{icmp.Type}";

    /// <summary>At least two conditions, of which one must hold.</summary>
    internal sealed record Alternatives(IReadOnlyList<Condition> Conditions);
}
