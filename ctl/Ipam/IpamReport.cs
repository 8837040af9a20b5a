using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Collection;

namespace Calico.Ctl.Ipam;

/// <summary>
/// The file that <c>ipam check -o</c> writes and <c>ipam release --from-report</c> reads: upstream's fields of the same names, and the findings. It ties
/// itself to one datastore by the cluster's GUID, and each address to one allocation by its sequence number.
/// </summary>
internal static class IpamReport
{
    public const string ClusterGuid = "clusterGUID";

    /// <param name="leaked">Holdings that nobody uses any more.</param>
    public static JsonObject Write(string version, JsonObject cluster, long clusterRevision, bool isLocked, IpamSnapshot store, IReadOnlyCollection<IpamFinding> findings, IReadOnlySet<Holding> leaked) => new()
    {
        ["version"] = version,
        [ClusterGuid] = cluster["spec"]?[ClusterGuid]?.DeepClone(),
        ["clusterType"] = cluster["spec"]?["clusterType"]?.DeepClone(),
        ["clusterInfoRevision"] = Text(clusterRevision),
        ["datastoreLocked"] = isLocked,
        ["datastoreRevision"] = Text(store.Revision),
        ["allocations"] = Allocations(store, leaked),
        ["leakedHandles"] = new JsonArray([.. findings.Where(finding => finding.Kind == IpamFindingKind.HandleEmpty).Select(finding => (JsonNode)new JsonObject { ["id"] = ((IpamRepair.Handle)finding.Repair!).HandleId })]),
        ["findings"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject { ["kind"] = finding.Kind.ToString(), ["subject"] = finding.Subject, ["problem"] = finding.Problem })]),
    };

    /// <summary>The allocations that a report calls unused, by address.</summary>
    /// <exception cref="CtlException">The file is no report of this cluster.</exception>
    public static (IReadOnlyDictionary<string, (string? Handle, ulong Sequence)> Unused, IReadOnlySet<string> Handles) Read(string file, string text, string? guid)
    {
        try
        {
            var report = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is not an object");
            if ((string?)report[ClusterGuid] != guid)
            {
                throw CtlException.Failed($"{file} is a report of another cluster (its {ClusterGuid} is {report[ClusterGuid]}, this one's is {guid}): nothing is released");
            }

            var unused = from entry in report["allocations"] as JsonObject ?? []
                         from allocation in entry.Value as JsonArray ?? []
                         where !(bool)allocation!["inUse"]!
                         select KeyValuePair.Create<string, (string? Handle, ulong Sequence)>(entry.Key, ((string?)allocation["handle"], (ulong)allocation["sequenceNumber"]!));
            var handles = (report["leakedHandles"] as JsonArray ?? []).Select(handle => (string)handle!["id"]!);
            return (unused.ToDictionary(), handles.ToHashSet(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw CtlException.Failed($"{file} is no report of 'calicoctl ipam check -o': {e.Message}");
        }
    }

    private static JsonObject Allocations(IpamSnapshot store, IReadOnlySet<Holding> leaked)
    {
        var allocations = new JsonObject();
        foreach (var (holding, address) in store.Holdings.SelectMany(holding => holding.Addresses.Select(address => (holding, address))).OrderBy(pair => pair.address.Address))
        {
            allocations[address.Address.ToString()] = new JsonArray(new JsonObject
            {
                ["ip"] = address.Address.ToString(),
                ["handle"] = holding.HandleId,
                ["sequenceNumber"] = address.Sequence,
                ["block"] = address.Block.ToString(),
                ["node"] = holding.Node,
                ["namespace"] = holding.Namespace,
                ["pod"] = holding.Pod,
                ["inUse"] = !leaked.Contains(holding),
            });
        }

        return allocations;
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
