using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>Workloads that may send from addresses that are not their own: they skip the check of the reverse path.</summary>
internal static class ReversePathChains
{
    /// <remarks>A prefix that does not parse is left out, so the workload may send from less.</remarks>
    public static IptablesChain Skip(IEnumerable<WorkloadEndpointUpdate> workloads, RuleContext context) => new(
        ChainNames.ReversePathSkip,
        [
            .. from workload in workloads
               where context.Options.WorkloadSourceSpoofing == WorkloadSourceSpoofing.Any && ChainNames.IsInterfaceName(workload.InterfaceName)
               orderby workload.InterfaceName
               from text in workload.AllowSpoofedSourcePrefixes
               let net = Parse(text)
               where net?.Family == context.Family
               select RuleMatch.Any.InInterface(workload.InterfaceName).Net(RuleSide.Source, net.Value).Accept(),
        ]);

    private static Cidr? Parse(string text) => Cidr.TryParse(text, out var net) ? net : null;
}
