using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>What every renderer needs to know: the settings, and of which family the rules are.</summary>
internal sealed record RuleContext(DataplaneOptions Options, IpFamily Family, ProtocolNames Protocols)
{
    public MarkBits Marks { get; } = new(Options.MarkMask);

    /// <summary>Packets of this family may be the workload's own, or for it. Of any other the end of the dispatch takes care, which drops.</summary>
    public bool Concerns(WorkloadEndpointUpdate workload) =>
        workload.Networks.Any(net => net.Family == Family) || workload.AllowSpoofedSourcePrefixes.Count > 0;

    /// <summary>What an allowed packet meets in the filter table.</summary>
    public string Allowed(RuleMatch match) => Options.FilterAllow == FilterAllowAction.Accept ? match.Accept() : match.Return();

    /// <summary>Without it the next packet of a connection that was cut starts it anew, in whichever direction that packet goes.</summary>
    public IEnumerable<string> CutStaysCut(RuleMatch match) =>
        Options.CutsDeniedFlows ? [match.Protocol(Protocols[6]).StartsInTheMiddle().Drop()] : [];

    /// <summary>One for each prefix that workloads' interfaces begin with.</summary>
    public IEnumerable<string> ForWorkloadInterfaces(RuleSide side, Func<RuleMatch, string> rule) => WorkloadInterfaces(side).Select(rule);

    public IEnumerable<RuleMatch> WorkloadInterfaces(RuleSide side) =>
        Options.InterfacePrefixes.Select(prefix => RuleMatch.Any.Interface(side, prefix + "+"));
}
