using System.Text.Json.Nodes;
using Calico.Ctl.Why.Kernel;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>An answer for programs. Pure.</summary>
internal static class WhyJson
{
    public static JsonObject Of(WhyAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new()
        {
            ["allowed"] = answer.Allowed,
            ["revision"] = answer.Revision,
            ["source"] = Of(answer.Source),
            ["destination"] = Of(answer.Destination),
            ["flows"] = Array(answer.Flows, Of),
            ["notes"] = Array(answer.Notes, note => note),
        };
    }

    private static JsonObject Of(End end) => new()
    {
        ["kind"] = end.Kind.ToString(),
        ["name"] = end.Name,
        ["node"] = end.Node.Length > 0 ? end.Node : null,
        ["endpoint"] = end.Workload is { } workload ? $"{workload.Metadata.Namespace}/{workload.Metadata.Name}" : null,
        ["addresses"] = Array(end.Addresses, address => address.ToString()),
        ["networkSets"] = Array(end.Sets, set => set),
    };

    private static JsonObject Of(FlowAnswer flow) => new()
    {
        ["family"] = flow.Packet.Family.ToString(),
        ["packet"] = Of(flow.Packet),
        ["allowed"] = flow.Allowed,
        ["steps"] = Array(flow.Stops, Of),
        ["advice"] = flow.Advice.IsEmpty ? null : string.Join('\n', flow.Advice),
        ["route"] = Of(flow.Route),
    };

    private static JsonObject Of(Packet packet)
    {
        var json = new JsonObject { ["source"] = packet.Source.ToString(), ["destination"] = packet.Destination.ToString(), ["protocol"] = packet.Protocol };
        if (PolicyProtocol.IsWithPorts(packet.Protocol))
        {
            (json["sourcePort"], json["destinationPort"]) = (packet.SourcePort, packet.DestinationPort);
        }
        else if (packet.Protocol is WhyQuestion.Icmp or WhyQuestion.IcmpV6)
        {
            (json["icmpType"], json["icmpCode"]) = (packet.IcmpType, packet.IcmpCode);
        }

        return json;
    }

    private static JsonObject Of(Stop stop) => new()
    {
        ["endpoint"] = stop.Verdict.Endpoint,
        ["direction"] = stop.Verdict.Direction.ToString(),
        ["stage"] = stop.Verdict.Stage.ToString(),
        ["allowed"] = stop.Verdict.Allowed,
        ["reason"] = stop.Verdict.Reason.ToString(),
        ["tier"] = stop.Verdict.Tier,
        ["rule"] = stop.Verdict.Rule is { } rule ? Of(rule) : null,
        ["tiers"] = Array(stop.Verdict.Steps, step => new JsonObject { ["tier"] = step.Tier, ["outcome"] = step.Outcome.ToString(), ["policies"] = Array(step.Policies, Of) }),
        ["passed"] = Array(stop.Verdict.Passed, Of),
        ["logged"] = Array(stop.Verdict.Logged, Of),
        ["kernel"] = stop.Kernel is { } kernel ? Of(kernel) : null,
        ["words"] = Array(stop.Lines, line => line),
    };

    private static JsonObject Of(KernelCount kernel) => new()
    {
        ["chain"] = kernel.Chain,
        ["inForce"] = kernel.IsInForce,
        ["asked"] = kernel.Asked,
        ["allowed"] = kernel.Allowed,
        ["denied"] = kernel.Denied,
    };

    private static JsonObject Of(RuleReference rule)
    {
        var json = Of(rule.Policy);
        json["field"] = $"spec.{rule.Direction.ToString().ToLowerInvariant()}[{rule.Index}]";
        return json;
    }

    private static JsonObject Of(PolicyId policy) => new() { ["kind"] = policy.Kind, ["namespace"] = policy.Namespace.Length > 0 ? policy.Namespace : null, ["name"] = policy.Name };

    private static JsonObject Of(RouteAnswer route) => new()
    {
        ["source"] = Of(route.Source),
        ["destination"] = Of(route.Destination),
        ["leavesAs"] = route.LeavesAs?.ToString(),
        ["mtu"] = route.Mtu,
        ["words"] = Array(route.Lines, line => line),
    };

    private static JsonObject Of(Placement place) => new()
    {
        ["address"] = place.Address.ToString(),
        ["pool"] = place.Pool,
        ["block"] = place.Block?.ToString(),
        ["blockOwner"] = place.BlockOwner,
        ["affinity"] = place.AffinityState,
        ["allocated"] = place.IsAllocated,
    };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> of)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(of(item));
        }

        return array;
    }
}
