using System.Collections.Immutable;
using System.Globalization;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why.Kernel;

/// <summary>Puts what this host's kernel has counted beside an answer. Pure.</summary>
/// <param name="chains">Of each family that the answer has packets of.</param>
internal sealed class KernelSight(IReadOnlyDictionary<IpFamily, CountedChains> chains)
{
    public WhyAnswer Compare(WhyAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ImmutableArray<FlowAnswer> flows = [.. answer.Flows.Select(flow => flow with { Stops = [.. flow.Stops.Select(stop => Compare(answer, flow, stop))] })];
        var stops = flows.SelectMany(flow => flow.Stops).ToList();
        IEnumerable<string> notes =
        [
            .. stops.Where(stop => stop.Kernel is { IsInForce: false }).Select(stop => $"{stop.Kernel!.Chain} of this host does not have what decides: its agent has not programmed it, or another program took it away; see 'calicoctl wait'"),
            .. stops.Exists(stop => stop.Kernel is not null) ? [] : new[] { $"--counters: no pod of the question is on this host{On(answer)}" },
        ];
        return answer with { Flows = flows, Notes = [.. answer.Notes, .. notes.Distinct()] };
    }

    private Stop Compare(WhyAnswer answer, FlowAnswer flow, Stop stop)
    {
        var end = stop.Verdict.Direction == PolicyDirection.Egress ? answer.Source : answer.Destination;
        return stop.Verdict.Endpoint.StartsWith(ResourceKind.WorkloadEndpoint.Kind, StringComparison.Ordinal)
            && end.Workload?.Spec.InterfaceName is { Length: > 0 } name
            && KernelCounter.Of(stop.Verdict, name, chains[flow.Packet.Family]) is { } count
            ? stop with { Kernel = count, Lines = [.. stop.Lines, Words(stop.Verdict, count)] }
            : stop;
    }

    private static string Words(EndpointVerdict verdict, KernelCount count) => $"kernel, {count.Chain}: " + (!count.IsInForce ? "the rule that decides is NOT there"
        : count.Asked is { } asked
            ? string.Create(CultureInfo.InvariantCulture, $"{verdict.Rule!.Policy} was asked about {Packets(asked)} and allowed {count.Allowed}") + (verdict.Allowed ? "" : string.Create(CultureInfo.InvariantCulture, $"; its rules have dropped {count.Denied}, of all pods of this host"))
            : $"{Packets(count.Denied ?? 0)} dropped here");

    private static string Packets(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "packet" : "packets")}");

    private static string On(WhyAnswer answer)
    {
        var nodes = new[] { answer.Source, answer.Destination }.Where(end => end is { Kind: EndKind.Workload, Node.Length: > 0 }).Select(end => end.Node).Distinct().ToList();
        return nodes.Count > 0 ? $": ask on {string.Join(" or ", nodes)}" : "";
    }
}
