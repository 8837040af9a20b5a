using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What a workload may receive (<c>cali-tw-</c>) and send (<c>cali-fw-</c>). Established traffic does not come here.</summary>
internal sealed class WorkloadChains(RuleContext context)
{
    private const int IpInIp = 4;
    private const int Udp = 17;
    private const string VxlanPort = "4789";

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

    // With either a workload could pose as a node.
    private IEnumerable<string> NoEncapsulation() =>
    [
        RuleMatch.Any.Protocol(context.Protocols[Udp]).Ports(RuleSide.Destination, VxlanPort).Drop(),
        RuleMatch.Any.Protocol(context.Protocols[IpInIp]).Drop(),
    ];
}
