using System.Text.Json.Nodes;

namespace Calico.Tests.System.Pods;

/// <summary>A pod that asks a server all the time, over one connection that lasts and over a new one each time, and writes down each failure.</summary>
internal static class TrafficWatch
{
    private const string Script = """
        n=0
        exec 3<>"/dev/tcp/$1/$2" || echo "LOST lasting connection: not made"
        while :; do
          n=$((n+1))
          curl -sgo /dev/null --max-time 2 "http://$3/" || echo "LOST new connection, curl $? at $EPOCHREALTIME"
          printf 'GET /hostname HTTP/1.1\r\nHost: x\r\n\r\n' >&3
          IFS= read -r -t 2 -N 12 -u 3 answer || echo "LOST lasting connection at $EPOCHREALTIME"
          while read -r -t 0.02 -N 256 -u 3 rest; do :; done
          [ $((n % 10)) -ne 0 ] || echo "round $n"
          sleep 0.1
        done
        """;

    public static JsonObject Pod(string name, string node, string address)
    {
        var pod = PodSpecs.Client(name, node);
        var container = pod["spec"]!["containers"]![0]!;
        container["command"] = new JsonArray("bash", "-c", Script, "watch", address, $"{PodSpecs.Port}", RunningPod.At(address, PodSpecs.Port));
        container.AsObject().Remove("args");
        return pod;
    }

    /// <summary>What was lost so far, and in how many rounds.</summary>
    public static async Task<(IReadOnlyList<string> Lost, int Rounds)> ReadAsync(TestNamespace ns, string name)
    {
        var lines = (await ns.Cluster.Kubectl.RunAsync("logs", "--namespace", ns.Name, name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. lines.Where(line => line.StartsWith("LOST", StringComparison.Ordinal))], lines.Count(line => line.StartsWith("round", StringComparison.Ordinal)) * 10);
    }
}
