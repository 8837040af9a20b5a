using System.Text;
using System.Text.Json.Nodes;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;
using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Cluster;

/// <summary>The whole content of the cluster's own etcd, audited.</summary>
internal static class StoreOfCluster
{
    private static readonly TimeSpan ToSettle = TimeSpan.FromSeconds(90);

    public static async Task<StoreAudit> ReadAsync() => StoreAudit.Of(Parse(await EtcdctlAsync("get", "/calico/", "--prefix", "--write-out=json")));

    /// <summary>The value of a key, or null.</summary>
    public static async Task<string?> GetAsync(string key) => (await EtcdctlAsync("get", key, "--print-value-only")).Trim() is { Length: > 0 } value ? value : null;

    public static Task PutAsync(string key, string value) => EtcdctlAsync("put", key, value);

    public static Task DeleteAsync(string key) => EtcdctlAsync("del", key);

    // As an operator does it, and as another client of the datastore (calicoctl) is seen by ours.
    private static async Task<string> EtcdctlAsync(params string[] arguments)
    {
        var kubectl = ClusterSetUp.Cluster.Kubectl;
        var pod = (string)(await kubectl.ListAsync("pods", "kube-system", "k8s-app=calico-etcd"))[0]["metadata"]!["name"]!;
        return await kubectl.RunAsync(["exec", "--namespace", "kube-system", pod, "--container", "etcd", "--", "etcdctl", .. arguments]);
    }

    /// <summary>
    /// What is wrong once all had its time to settle: broken invariants, addresses of no pod, pods without an endpoint, what <c>calicoctl ipam check</c> finds.
    /// Empty when store and pods agree.
    /// </summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync()
    {
        IReadOnlyList<string> problems = [];
        await Wait.ForAsync(async () => (problems = await CompareAsync()).Count == 0, ToSettle);
        return problems.Count > 0 ? problems : await CheckAsync();
    }

    // As an operator asks, on a node.
    private static async Task<IReadOnlyList<string>> CheckAsync()
    {
        var check = await ClusterSetUp.Cluster.Kubectl.TryAsync(
            "exec", "--namespace", "kube-system", "daemonset/calico-node", "--container", "calico-node", "--", "calicoctl", "ipam", "check");
        return check.Succeeded ? [] : [$"calicoctl ipam check: {check.Stdout}{check.Stderr}"];
    }

    private static async Task<IReadOnlyList<string>> CompareAsync()
    {
        var audit = await ReadAsync();
        var pods = from pod in await ClusterSetUp.Cluster.Kubectl.ListAsync("pods")
                   where (bool?)pod["spec"]!["hostNetwork"] != true
                   from address in RunningPod.Read(pod).Addresses
                   select address;
        var live = pods.ToHashSet();
        var stored = audit.Endpoints.SelectMany(endpoint => endpoint.Addresses).Select(address => address.ToString()).ToHashSet();
        return
        [
            .. audit.Problems,
            .. stored.Except(live).Select(address => $"{address} has an endpoint and no pod"),
            .. live.Except(stored).Select(address => $"{address} is a pod's and has no endpoint"),
        ];
    }

    private static Dictionary<string, StoredValue> Parse(string json) =>
        (JsonNode.Parse(json)!["kvs"]?.AsArray() ?? []).ToDictionary(
            pair => Decode(pair!["key"]!), pair => new StoredValue(Decode(pair!["value"]!), (long)pair["mod_revision"]!));

    private static string Decode(JsonNode value) => Encoding.UTF8.GetString(Convert.FromBase64String((string)value!));
}
