using System.Collections.Immutable;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What no policy of a host endpoint closes.</summary>
internal sealed class FailsafeChains(RuleContext context)
{
    public IEnumerable<TableChain> All() =>
    [
        new(IptablesTable.Filter, In(answers: false)), new(IptablesTable.Filter, Out(answers: false)),
        new(IptablesTable.Mangle, In(answers: false)), new(IptablesTable.Mangle, Out(answers: false)),
        // Before connection tracking an answer is known by its source port alone.
        new(IptablesTable.Raw, In(answers: true)), new(IptablesTable.Raw, Out(answers: true)),
    ];

    private IptablesChain In(bool answers) =>
        Chain(ChainNames.FailsafeIn, context.Options.FailsafeInbound, answers ? context.Options.FailsafeOutbound : []);

    private IptablesChain Out(bool answers) =>
        Chain(ChainNames.FailsafeOut, context.Options.FailsafeOutbound, answers ? context.Options.FailsafeInbound : []);

    private IptablesChain Chain(string name, ImmutableArray<FailsafePort> ports, ImmutableArray<FailsafePort> answersFrom) => new(
        name,
        [
            .. context.Family == IpFamily.IPv6 ? Link() : [],
            .. Rules(RuleSide.Destination, ports),
            .. Rules(RuleSide.Source, answersFrom),
        ]);

    private IEnumerable<string> Link() => HostSettings.LinkTypes.Select(type =>
        RuleMatch.Any.Protocol(context.Protocols[58]).Icmp(IpFamily.IPv6, $"{type}").Accept());

    private IEnumerable<string> Rules(RuleSide side, ImmutableArray<FailsafePort> ports) =>
        from port in ports
        group PolicyPort.Single(port.Port) by port.Protocol into protocol
        orderby protocol.Key
        from list in PortLists.Of([.. protocol])
        select RuleMatch.Any.Protocol(context.Protocols[protocol.Key]).Ports(side, list).Accept();
}
