using System.Text.Json.Nodes;
using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Pods;

/// <summary>A call of one of our plugins by hand, as the container runtime of a node makes it.</summary>
internal static class RuntimeCall
{
    private const string Script = """
        [ -e "/run/netns/$2" ] || ip netns add "$2"
        printf %s "$1" | CNI_COMMAND=ADD CNI_CONTAINERID="$2" CNI_NETNS="/run/netns/$2" CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin \
          CNI_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=$3;K8S_POD_NAME=$2;K8S_POD_UID=$4" "/opt/cni/bin/$5" || true
        ip netns del "$2"
        """;

    /// <summary>The conf that the node's runtime gives to the plugin <c>calico</c>.</summary>
    public static async Task<JsonObject> ConfAsync(OwnRig rig, string node)
    {
        var conflist = JsonNode.Parse(await rig.ExecAsync(node, "cat", "/etc/cni/net.d/10-calico.conflist"))!;
        var conf = conflist["plugins"]![0]!.DeepClone().AsObject();
        (conf["name"], conf["cniVersion"]) = ((string)conflist["name"]!, (string)conflist["cniVersion"]!);
        return conf;
    }

    /// <summary>What ADD answers, a result or an error, for a container and pod of this name. The container's network namespace is gone afterwards.</summary>
    public static async Task<JsonNode> AddAsync(OwnRig rig, string node, string program, JsonObject conf, string ns, string name, string uid = "") =>
        JsonNode.Parse(await rig.ExecAsync(node, "sh", "-c", Script, "sh", conf.ToJsonString(), name, ns, uid, program))!;
}
