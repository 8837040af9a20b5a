using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Audit;

/// <summary>Judges the routes between hosts. Every method returns what is wrong; nothing when all is as it should be.</summary>
public static class RoutingAudit
{
    /// <summary>Each host has learned by BGP one route per block of the others, out of its uplink, and nothing else.</summary>
    public static async Task<IReadOnlyList<string>> LearnedRoutesAsync(StoreAudit audit, IReadOnlyList<Host> hosts)
    {
        var problems = new List<string>();
        foreach (var host in hosts)
        {
            var learned = (await RoutesAsync(host))
                .Where(route => (string?)route["protocol"] == "bird" && (string?)route["dev"] == Host.Uplink).Select(Destination).Order().ToArray();
            var others = hosts.Where(other => other != host).SelectMany(other => audit.BlocksOf(other.NodeName)).Order().ToArray();
            if (!learned.SequenceEqual(others))
            {
                problems.Add($"{host} learned {string.Join(' ', learned)}; the others own {string.Join(' ', others)}");
            }
        }

        return problems;
    }

    /// <summary>Each host has a blackhole for each block it owns, and for no other.</summary>
    public static async Task<IReadOnlyList<string>> BlackholesAsync(StoreAudit audit, IReadOnlyList<Host> hosts)
    {
        var problems = new List<string>();
        foreach (var host in hosts)
        {
            var blackholes = (await RoutesAsync(host)).Where(route => (string?)route["type"] == "blackhole").Select(Destination).Order().ToArray();
            var own = audit.BlocksOf(host.NodeName).Order().ToArray();
            if (!blackholes.SequenceEqual(own))
            {
                problems.Add($"{host} has blackholes for {string.Join(' ', blackholes)} and owns {string.Join(' ', own)}");
            }
        }

        return problems;
    }

    /// <summary>A host has its loopback, its uplink and veths of pods; no bridge, no tunnel.</summary>
    public static async Task<IReadOnlyList<string>> DevicesAsync(IReadOnlyList<Host> hosts)
    {
        var problems = new List<string>();
        foreach (var host in hosts)
        {
            foreach (var link in await host.Kernel.LinksAsync())
            {
                var kind = (string?)link["linkinfo"]?["info_kind"];
                if (kind is not (null or "veth") || link["master"] is not null)
                {
                    problems.Add($"{host} has {(string?)link["ifname"]}, a {kind}");
                }
            }
        }

        return problems;
    }

    private static async Task<IReadOnlyList<JsonObject>> RoutesAsync(Host host) =>
        [.. await host.Kernel.RoutesAsync(IpFamily.IPv4), .. await host.Kernel.RoutesAsync(IpFamily.IPv6)];

    private static Cidr Destination(JsonObject route) => (string)route["dst"]! is "default" ? default : Cidr.Parse((string)route["dst"]!);
}
