namespace Calico.Model.Resources;

/// <summary>A kind of v3 resource: its name, its plural in etcd keys, and whether it lives in a namespace.</summary>
public sealed record ResourceKind(string Kind, string Plural, bool Namespaced)
{
    public const string ApiVersion = "projectcalico.org/v3";

    public static ResourceKind BgpConfiguration { get; } = new("BGPConfiguration", "bgpconfigurations", false);

    public static ResourceKind BgpFilter { get; } = new("BGPFilter", "bgpfilters", false);

    public static ResourceKind BgpPeer { get; } = new("BGPPeer", "bgppeers", false);

    public static ResourceKind ClusterInformation { get; } = new("ClusterInformation", "clusterinformations", false);

    public static ResourceKind FelixConfiguration { get; } = new("FelixConfiguration", "felixconfigurations", false);

    public static ResourceKind IpPool { get; } = new("IPPool", "ippools", false);

    public static ResourceKind IpReservation { get; } = new("IPReservation", "ipreservations", false);

    public static ResourceKind Node { get; } = new("Node", "nodes", false);

    public static ResourceKind Profile { get; } = new("Profile", "profiles", false);

    public static ResourceKind WorkloadEndpoint { get; } = new("WorkloadEndpoint", "workloadendpoints", true);

    public override string ToString() => Kind;
}
