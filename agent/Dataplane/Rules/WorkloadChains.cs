using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What a workload may receive (<c>cali-tw-</c>) and send (<c>cali-fw-</c>). Established traffic does not come here.</summary>
internal sealed class WorkloadChains(RuleContext context)
{
    private readonly TierRules _tiers = new(context.Marks);

    /// <returns>Nothing for a name that no interface can have: what comes from it is unknown, and dropped.</returns>
    public IEnumerable<IptablesChain> Of(WorkloadEndpointUpdate workload) => ChainNames.IsInterfaceName(workload.InterfaceName)
        ? [Chain(workload, PolicyDirection.Ingress), Chain(workload, PolicyDirection.Egress)]
        : [];

    private IptablesChain Chain(WorkloadEndpointUpdate workload, PolicyDirection direction) => new(
        ChainNames.Workload(direction, workload.InterfaceName),
        [
            RuleMatch.Any.Invalid().Drop(),
            .. context.CutStaysCut(RuleMatch.Any),
            .. direction == PolicyDirection.Egress ? NoEncapsulation() : [],
            .. _tiers.Tiers(workload.Tiers, direction, endDenies: true),
            .. _tiers.Profiles(workload.Profiles, direction),
        ]);

    private IEnumerable<string> NoEncapsulation() =>
    [
        RuleMatch.Any.Protocol(context.Protocols[Encapsulation.Udp]).Ports(RuleSide.Destination, $"{Encapsulation.VxlanPort}").Drop(),
        RuleMatch.Any.Protocol(context.Protocols[Encapsulation.IpInIp]).Drop(),
    ];
}
