using System.Text.Json.Nodes;
using Calico.Model.Net;

namespace Calico.Tests.Rig.Store;

/// <summary>Writes the objects that an administrator, or the first agent, puts into an empty store.</summary>
public static class Seed
{
    private const string Resources = "/calico/resources/v3/projectcalico.org/";

    /// <summary>A cluster that is ready, with one pool of each family.</summary>
    public static async Task ReadyClusterAsync(EtcdServer etcd)
    {
        await ClusterInformationAsync(etcd, ready: true);
        await PoolAsync(etcd, "pool4", Cidr.Parse("10.65.0.0/16"), 26);
        await PoolAsync(etcd, "pool6", Cidr.Parse("fd80:65::/64"), 122);
    }

    public static Task ClusterInformationAsync(EtcdServer etcd, bool ready) =>
        PutAsync(etcd, "ClusterInformation", "clusterinformations", "default", new JsonObject { ["clusterGUID"] = "rig", ["datastoreReady"] = ready });

    public static Task PoolAsync(EtcdServer etcd, string name, Cidr cidr, int blockSize, bool disabled = false) =>
        PutAsync(etcd, "IPPool", "ippools", name, new JsonObject
        {
            ["cidr"] = cidr.ToString(),
            ["blockSize"] = blockSize,
            ["ipipMode"] = "Never",
            ["vxlanMode"] = "Never",
            ["nodeSelector"] = "all()",
            ["disabled"] = disabled,
        });

    /// <summary>No sessions between nodes; only those that BGPPeers ask for.</summary>
    public static Task NoMeshAsync(EtcdServer etcd) =>
        PutAsync(etcd, "BGPConfiguration", "bgpconfigurations", "default", new JsonObject { ["nodeToNodeMeshEnabled"] = false });

    public static Task PeerAsync(EtcdServer etcd, string name, JsonObject spec) => PutAsync(etcd, "BGPPeer", "bgppeers", name, spec);

    /// <summary>A policy that allows everything to everybody: for tests of ways that no profile allows, from outside the cluster or from another host.</summary>
    public static Task AllowAllAsync(EtcdServer etcd) =>
        PutAsync(etcd, "GlobalNetworkPolicy", "globalnetworkpolicies", "default.rig-allow-all", new JsonObject
        {
            ["selector"] = "all()",
            ["types"] = new JsonArray("Ingress", "Egress"),
            ["ingress"] = new JsonArray(new JsonObject { ["action"] = "Allow" }),
            ["egress"] = new JsonArray(new JsonObject { ["action"] = "Allow" }),
        });

    private static Task PutAsync(EtcdServer etcd, string kind, string plural, string name, JsonObject spec)
    {
        ArgumentNullException.ThrowIfNull(etcd);
        var resource = new JsonObject
        {
            ["kind"] = kind,
            ["apiVersion"] = "projectcalico.org/v3",
            ["metadata"] = new JsonObject { ["name"] = name, ["creationTimestamp"] = "2026-01-01T00:00:00Z" },
            ["spec"] = spec,
        };
        return etcd.PutAsync($"{Resources}{plural}/{name}", resource.ToJsonString());
    }
}
