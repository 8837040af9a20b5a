using System.Text.Json.Nodes;

namespace Calico.Tests.System.Pods;

/// <summary>A pod as its status tells.</summary>
/// <param name="Addresses">One of each family, the cluster's first family first.</param>
/// <param name="Restarts">How often one of its containers was started again.</param>
internal sealed record RunningPod(string Name, string Node, IReadOnlyList<string> Addresses, int Restarts)
{
    public static RunningPod Read(JsonObject pod) => new(
        (string)pod["metadata"]!["name"]!,
        (string?)pod["spec"]!["nodeName"] ?? "",
        [.. pod["status"]!["podIPs"]?.AsArray().Select(address => (string)address!["ip"]!) ?? []],
        pod["status"]!["containerStatuses"]?.AsArray().Sum(container => (int?)container!["restartCount"] ?? 0) ?? 0);

    /// <summary>An address and a port as a URL takes them.</summary>
    public static string At(string address, int port) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
