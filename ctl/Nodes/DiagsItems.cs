using System.Text.Json;
using Calico.Agent.Status;
using Calico.Linux;

namespace Calico.Ctl.Nodes;

/// <summary>What support would ask for.</summary>
internal static class DiagsItems
{
    private const int MostLog = 4 * 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly (string Name, string Program, string Arguments)[] Commands =
    [
        ("date", "date", "--utc"), ("uname", "uname", "-a"), ("os-release", "cat", "/etc/os-release"), ("hostname", "hostname", ""), ("uptime", "uptime", ""),
        ("network/addresses", "ip", "-details -statistics address"), ("network/links", "ip", "-details link"), ("network/routes-ipv4", "ip", "-4 route show table all"),
        ("network/routes-ipv6", "ip", "-6 route show table all"), ("network/rules-ipv4", "ip", "-4 rule"), ("network/rules-ipv6", "ip", "-6 rule"), ("network/neighbours", "ip", "neighbour"),
        ("network/fdb", "bridge", "fdb show"), ("network/sockets", "ss", "-s"), ("network/namespaces", "ip", "netns list"),
        ("firewall/iptables-save", "iptables-save", "-c"), ("firewall/ip6tables-save", "ip6tables-save", "-c"), ("firewall/iptables-legacy-save", "iptables-legacy-save", "-c"),
        ("firewall/nft", "nft", "list ruleset"), ("firewall/ipset", "ipset", "list"), ("firewall/conntrack", "conntrack", "-S"), ("ipvs", "ipvsadm", "-Ln"),
        ("kernel/modules", "cat", "/proc/modules"), ("kernel/sysctl-net", "sysctl", "-e net.ipv4.ip_forward net.ipv6.conf.all net.ipv4.conf.all net.netfilter"), ("kernel/dmesg", "dmesg", "--ctime --level=emerg,alert,crit,err,warn"),
        ("processes", "ps", "-eo pid,ppid,etime,rss,comm"), ("memory", "cat", "/proc/meminfo"), ("disks", "df", "-h"),
    ];

    /// <param name="runDirectory">Of the agent and BIRD.</param>
    /// <param name="logDirectory">Of the plugins' and the agent's logs.</param>
    /// <param name="cniDirectory">Of the runtime's network configurations: their files alone, not the kubeconfig and keys beside them.</param>
    public static IEnumerable<DiagsItem> All(string runDirectory, string logDirectory, string cniDirectory)
    {
        yield return new DiagsItem("calico/node-status.txt", async token => NodeText.Of(await StatusCommand.ReadAsync(runDirectory, token)));
        yield return new DiagsItem("calico/node-status.json", async token => JsonSerializer.Serialize(await StatusCommand.ReadAsync(runDirectory, token), StatusJson.Default.StatusReport));
        foreach (var (name, program, arguments) in Commands)
        {
            yield return new DiagsItem(name + ".txt", token => RunAsync(program, arguments, token));
        }

        foreach (var file in Files(runDirectory, "*.conf").Concat(Files(runDirectory, "*.json")).Concat(Files(runDirectory, "*.log")))
        {
            yield return new DiagsItem($"calico/{Path.GetFileName(file)}", token => TailAsync(file, token));
        }

        foreach (var file in Files(logDirectory, "*", SearchOption.AllDirectories))
        {
            yield return new DiagsItem($"logs/{Path.GetRelativePath(logDirectory, file)}", token => TailAsync(file, token));
        }

        foreach (var file in Files(cniDirectory, "*.conf").Concat(Files(cniDirectory, "*.conflist")))
        {
            yield return new DiagsItem($"cni/{Path.GetFileName(file)}", token => TailAsync(file, token));
        }
    }

    private static async Task<string> RunAsync(string program, string arguments, CancellationToken cancellationToken)
    {
        var result = await CommandRunner.RunAsync(program, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), Deadline, cancellationToken: cancellationToken);
        return result.Succeeded ? result.Output : $"{program} {arguments} ended with {result.ExitCode}: {result.Errors}\n{result.Output}";
    }

    private static IEnumerable<string> Files(string directory, string pattern, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, pattern, depth).Order(StringComparer.Ordinal) : [];

    /// <summary>The end of a file: what happened last matters.</summary>
    private static async Task<string> TailAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        stream.Seek(-Math.Min(stream.Length, MostLog), SeekOrigin.End);
        using var text = new StreamReader(stream);
        return await text.ReadToEndAsync(cancellationToken);
    }
}
