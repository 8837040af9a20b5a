using System.Text;
using System.Text.Json.Nodes;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Processes;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.System.Cluster;

/// <summary>The whole content of the cluster's own etcd, audited: through a port-forward, with the certificates that the cluster made.</summary>
internal static class StoreOfCluster
{
    private const string Port = "38379";

    public static async Task<StoreAudit> ReadAsync() => StoreAudit.Of(await DumpAsync());

    /// <summary>The audit once it is without problems and as told, or as it is after half a minute: what was deleted may still be on its way out.</summary>
    public static async Task<StoreAudit> SettledAsync(Func<StoreAudit, bool> settled)
    {
        StoreAudit audit = null!;
        await Wait.ForAsync(
            async () =>
            {
                audit = await ReadAsync();
                return audit.Problems.Count == 0 && settled(audit);
            },
            TimeSpan.FromSeconds(30));
        return audit;
    }

    private static async Task<IReadOnlyDictionary<string, StoredValue>> DumpAsync()
    {
        var kubectl = ClusterSetUp.Cluster.Kubectl;
        var secret = JsonNode.Parse(await kubectl.RunAsync("get", "secret", "calico-etcd-secrets", "--namespace", "kube-system", "--output", "json"))!["data"]!;
        var directory = Rig.RigRun.CreateDirectory("etcd-client");
        try
        {
            foreach (var name in (string[])["etcd-ca", "etcd-cert", "etcd-key"])
            {
                await File.WriteAllBytesAsync(Path.Combine(directory, name), Convert.FromBase64String((string)secret[name]!));
            }

            var pod = (await kubectl.ListAsync("pods", "kube-system", "k8s-app=calico-etcd"))[0];
            await using var forward = kubectl.Start("port-forward", "--namespace", "kube-system", $"pod/{(string)pod["metadata"]!["name"]!}", $"{Port}:2379");
            await Wait.UntilAsync(() => forward.Log.Any(line => line.StartsWith("Forwarding", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), "the port-forward to etcd");
            return Parse(await Etcdctl(directory).OutputAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Command Etcdctl(string directory) => new(
        "etcdctl",
        $"--endpoints=https://127.0.0.1:{Port}",
        $"--cacert={directory}/etcd-ca",
        $"--cert={directory}/etcd-cert",
        $"--key={directory}/etcd-key",
        "get",
        "/calico/",
        "--prefix",
        "--write-out=json")
    {
        Environment = new Dictionary<string, string> { ["ETCDCTL_API"] = "3" },
    };

    private static Dictionary<string, StoredValue> Parse(string json) =>
        (JsonNode.Parse(json)!["kvs"]?.AsArray() ?? []).ToDictionary(
            pair => Decode(pair!["key"]!), pair => new StoredValue(Decode(pair!["value"]!), (long)pair["mod_revision"]!));

    private static string Decode(JsonNode value) => Encoding.UTF8.GetString(Convert.FromBase64String((string)value!));
}
