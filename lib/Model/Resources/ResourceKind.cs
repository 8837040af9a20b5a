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

    public static ResourceKind GlobalNetworkPolicy { get; } = new("GlobalNetworkPolicy", "globalnetworkpolicies", false);

    public static ResourceKind GlobalNetworkSet { get; } = new("GlobalNetworkSet", "globalnetworksets", false);

    public static ResourceKind HostEndpoint { get; } = new("HostEndpoint", "hostendpoints", false);

    public static ResourceKind IpPool { get; } = new("IPPool", "ippools", false);

    public static ResourceKind IpReservation { get; } = new("IPReservation", "ipreservations", false);

    public static ResourceKind NetworkPolicy { get; } = new("NetworkPolicy", "networkpolicies", true);

    public static ResourceKind NetworkSet { get; } = new("NetworkSet", "networksets", true);

    public static ResourceKind Node { get; } = new("Node", "nodes", false);

    public static ResourceKind Profile { get; } = new("Profile", "profiles", false);

    public static ResourceKind StagedGlobalNetworkPolicy { get; } = new("StagedGlobalNetworkPolicy", "stagedglobalnetworkpolicies", false);

    public static ResourceKind StagedKubernetesNetworkPolicy { get; } = new("StagedKubernetesNetworkPolicy", "stagedkubernetesnetworkpolicies", true);

    public static ResourceKind StagedNetworkPolicy { get; } = new("StagedNetworkPolicy", "stagednetworkpolicies", true);

    public static ResourceKind Tier { get; } = new("Tier", "tiers", false);

    public static ResourceKind WorkloadEndpoint { get; } = new("WorkloadEndpoint", "workloadendpoints", true);

    public override string ToString() => Kind;
}
