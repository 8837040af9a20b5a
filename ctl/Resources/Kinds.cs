using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Model.Resources;
using Calico.Policy.Resources;

namespace Calico.Ctl.Resources;

/// <summary>Every kind, with upstream's names and columns.</summary>
internal static class Kinds
{
    private const string Name = "NAME";
    private static readonly Column NameColumn = Cells.Field(Name, "metadata.name");
    private static readonly Column[] Policy =
    [
        NameColumn, Cells.Field("TIER", "spec.tier", "default"), Cells.Field("ORDER", "spec.order"), Cells.Field("SELECTOR", "spec.selector"),
    ];

    public static Column NamespaceColumn { get; } = Cells.Field("NAMESPACE", "metadata.namespace");

    public static IReadOnlyList<Kind> All { get; } =
    [
        Of(ResourceKind.BgpConfiguration, "bgpconfig bgpconfigs", [NameColumn, Cells.Field("LOGSEVERITY", "spec.logSeverityScreen"), Cells.Field("MESHENABLED", "spec.nodeToNodeMeshEnabled"), Cells.Field("ASNUMBER", "spec.asNumber")]),
        Of(ResourceKind.BgpFilter, "bgpf bgpfs bf bfs", [NameColumn, Count("NUMEXPORT", "spec.exportV4", "spec.exportV6"), Count("NUMIMPORT", "spec.importV4", "spec.importV6")]),
        Of(ResourceKind.BgpPeer, "bgpp bgpps bp bps", [NameColumn, Cells.Field("PEERIP", "spec.peerIP"), new Column("NODE", PeerNode), Cells.Field("ASN", "spec.asNumber")]),
        Of(BlockAffinities.Type, "affinity affinities", [NameColumn, Cells.Field("NODE", "spec.node"), Cells.Field("CIDR", "spec.cidr"), Cells.Field("STATE", "spec.state")])
            with { ReadOnlyReason = "address management writes it; 'calicoctl ipam check --repair' puts it right" },
        Of(ResourceKind.ClusterInformation, "clusterinfo clusterinfos", [NameColumn, Cells.Field("CLUSTERGUID", "spec.clusterGUID"), Cells.Field("CLUSTERTYPE", "spec.clusterType"), Cells.Field("CALICOVERSION", "spec.calicoVersion"), Cells.Field("DATASTOREREADY", "spec.datastoreReady")])
            with { ReadOnlyReason = "the agents write it; 'calicoctl datastore migrate lock' and 'unlock' change whether the datastore is ready" },
        Of(ResourceKind.FelixConfiguration, "felixconfig felixconfigs", [NameColumn]),
        Of(ResourceKind.GlobalNetworkPolicy, "gnp gnps", Policy, usual: 2),
        Of(ResourceKind.GlobalNetworkSet, "gnetsets gnetset", [NameColumn, Cells.Cut("NETS", "spec.nets")], usual: 1),
        Of(ResourceKind.HostEndpoint, "hep heps", [NameColumn, Cells.Field("NODE", "spec.node"), Cells.Field("INTERFACE", "spec.interfaceName"), Cells.Field("IPS", "spec.expectedIPs"), Cells.Field("PROFILES", "spec.profiles")], usual: 2),
        Pools(),
        Of(ResourceKind.IpReservation, "reservation reservations", [NameColumn, Cells.Cut("CIDRS", "spec.reservedCIDRs")], usual: 1),
        Of(ResourceKind.NetworkPolicy, "policy np policies pol pols", Policy, usual: 2),
        Of(ResourceKind.NetworkSet, "netsets netset", [NameColumn, Cells.Cut("NETS", "spec.nets")], usual: 1),
        Of(ResourceKind.Node, "no nos", [NameColumn, Cells.Field("ASN", "spec.bgp.asNumber", "(global)"), Cells.Field("IPV4", "spec.bgp.ipv4Address"), Cells.Field("IPV6", "spec.bgp.ipv6Address")], usual: 1),
        Of(ResourceKind.Profile, "pro pros", [NameColumn, Cells.Field("LABELS", "spec.labelsToApply")], usual: 1),
        Of(ResourceKind.StagedGlobalNetworkPolicy, "sgnp sgnps stagedgnp", Policy, usual: 2),
        Of(ResourceKind.StagedKubernetesNetworkPolicy, "sknp sknps", [NameColumn]),
        Of(ResourceKind.StagedNetworkPolicy, "stagedpolicy snp stagedpolicies spol spols", Policy, usual: 2),
        Of(ResourceKind.Tier, "", [NameColumn, Cells.Field("ORDER", "spec.order")]),
        Endpoints(),
    ];

    /// <summary>By kind, plural or short name, in any case.</summary>
    /// <exception cref="CtlException">There is none of that name.</exception>
    public static Kind Find(string name) =>
        All.FirstOrDefault(kind => kind.IsCalled(name))
        ?? throw CtlException.Usage($"'{name}' is not a kind of resource. Kinds are {string.Join(", ", All.Select(kind => kind.Name))}; singular, plural and short names in any case are the same.");

    private static Kind Of(ResourceKind kind, string aliases, IReadOnlyList<Column> columns, int usual = int.MaxValue) => Of(ResourceTypes.Of(kind), aliases, columns, usual);

    private static Kind Of(ResourceType type, string aliases, IReadOnlyList<Column> columns, int usual = int.MaxValue) =>
        new(type, aliases.Split(' ', StringSplitOptions.RemoveEmptyEntries), [.. columns.Take(usual)], columns);

    private static Kind Pools()
    {
        var (cidr, selector) = (Cells.Field("CIDR", "spec.cidr"), Cells.Field("SELECTOR", "spec.nodeSelector", "all()"));
        return new Kind(ResourceTypes.Of(ResourceKind.IpPool), ["ipp", "ipps", "pool", "pools"], [NameColumn, cidr, selector],
        [
            NameColumn, cidr, Cells.Field("NAT", "spec.natOutgoing", "false"), Cells.Field("IPIPMODE", "spec.ipipMode", "Never"), Cells.Field("VXLANMODE", "spec.vxlanMode", "Never"),
            Cells.Field("DISABLED", "spec.disabled", "false"), Cells.Field("DISABLEBGPEXPORT", "spec.disableBGPExport", "false"), selector,
        ]);
    }

    private static Kind Endpoints()
    {
        Column[] usual =
        [
            new Column("WORKLOAD", json => Cells.Text(json, "spec.workload") ?? Cells.Text(json, "spec.pod") ?? Cells.None),
            Cells.Field("NODE", "spec.node"), Cells.Field("NETWORKS", "spec.ipNetworks"), Cells.Field("INTERFACE", "spec.interfaceName"),
        ];
        return new Kind(ResourceTypes.Of(ResourceKind.WorkloadEndpoint), ["wep", "weps"], usual,
            [NameColumn, .. usual, Cells.Field("PROFILES", "spec.profiles"), Cells.Field("NATS", "spec.ipNATs"), Cells.Field("ORCHESTRATOR", "spec.orchestrator")]);
    }

    private static string PeerNode(JsonObject peer) => Cells.Text(peer, "spec.node") ?? Cells.Text(peer, "spec.nodeSelector") ?? "(global)";

    private static Column Count(string heading, params string[] paths) =>
        new(heading, json => paths.Sum(path => (Cells.Find(json, path) as JsonArray)?.Count ?? 0).ToString(CultureInfo.InvariantCulture));
}
