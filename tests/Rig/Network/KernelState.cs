using System.Text.Json.Nodes;
using Calico.Model.Net;

namespace Calico.Tests.Rig.Network;

/// <summary>What the kernel of a namespace holds, read by iproute2: a judge that is not our own code.</summary>
public sealed class KernelState(NetworkNamespace where)
{
    /// <summary>Interfaces with their details (<c>ip -d -j link</c>).</summary>
    public Task<IReadOnlyList<JsonObject>> LinksAsync() => ReadAsync("-d -j link show");

    public async Task<JsonObject?> LinkAsync(string name) =>
        (await LinksAsync()).FirstOrDefault(link => (string?)link["ifname"] == name);

    /// <summary>Names of the host ends of pods.</summary>
    public async Task<IReadOnlyList<string>> PodDevicesAsync() =>
        [.. (await LinksAsync()).Select(link => (string)link["ifname"]!).Where(name => name.StartsWith("cali", StringComparison.Ordinal)).Order()];

    /// <summary>Routes of the main table, in iproute2's JSON.</summary>
    public Task<IReadOnlyList<JsonObject>> RoutesAsync(IpFamily family) => ReadAsync($"{Flag(family)} -j route show");

    /// <summary>Routes of the main table as <c>ip route</c> prints them.</summary>
    public async Task<IReadOnlyList<string>> RouteLinesAsync(IpFamily family) =>
        [.. (await where.IpAsync($"{Flag(family)} route show")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];

    /// <summary>Global addresses of an interface, with their prefix length.</summary>
    public async Task<IReadOnlyList<InterfaceAddress>> AddressesAsync(string device)
    {
        var links = await ReadAsync($"-j addr show dev {device}");
        return [.. links.SelectMany(link => link["addr_info"]!.AsArray())
            .Where(address => (string?)address!["scope"] == "global")
            .Select(address => InterfaceAddress.Parse($"{(string)address!["local"]!}/{(int)address["prefixlen"]!}"))];
    }

    public Task<IReadOnlyList<JsonObject>> NeighboursAsync(string device) => ReadAsync($"-j neigh show dev {device}");

    /// <summary>Reads a setting below <c>/proc/sys</c>, for example <c>net/ipv4/ip_forward</c>.</summary>
    public async Task<string> SysctlAsync(string path) => (await where.RunAsync("cat", $"/proc/sys/{path}")).OrThrow().Stdout.Trim();

    public async Task WriteSysctlAsync(string path, string value) =>
        (await where.RunAsync("sh", "-c", $"echo {value} > /proc/sys/{path}")).OrThrow();

    private static string Flag(IpFamily family) => family == IpFamily.IPv4 ? "-4" : "-6";

    private async Task<IReadOnlyList<JsonObject>> ReadAsync(string words)
    {
        var text = await where.IpAsync(words);
        // iproute2 prints an empty object for each thing its filter hides.
        return text.Trim().Length == 0 ? [] : [.. JsonNode.Parse(text)!.AsArray().Select(node => node!.AsObject()).Where(node => node.Count > 0)];
    }
}
