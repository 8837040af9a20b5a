using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Agent;

/// <summary>After <c>calico-agent purge</c> the host is as it was before the first agent.</summary>
internal sealed partial class PurgeTests
{
    private static readonly string[][] Dumps =
    [
        ["iptables-nft-save"], ["ip6tables-nft-save"], ["iptables-legacy-save"], ["ip6tables-legacy-save"], ["ipset", "save"],
        ["ip", "route"], ["ip", "-6", "route"], ["ip", "-o", "link"], ["sysctl", "-a", "-r", "^net[.]ip.*forward"],
    ];

    [Test]
    public async Task The_host_is_as_it_was_before_the_first_agent()
    {
        await using var cluster = await Cluster.StartWithoutAgentsAsync(1);
        var host = cluster.Hosts[0];
        await host.Namespace.RunAsync("sysctl", "-w", "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0");
        await host.Namespace.RunAsync("iptables-nft", "-A", "FORWARD", "-s", "192.0.2.1/32", "-j", "DROP");
        var before = await DumpAsync(host);
        var agent = await cluster.StartAgentAsync(host);
        await Seed.AllowAllAsync(cluster.Etcd);
        foreach (var pod in await cluster.PodsAsync(3))
        {
            (await cluster.Caller().AddAsync(pod, cluster.Conf())).OrThrow();
        }

        Assert.That((await agent.RunAsync("purge")).ExitCode, Is.EqualTo(1), "an agent runs");
        await agent.TerminateAsync();
        var inUse = await DumpAsync(host);
        Assert.That(inUse, Is.Not.EqualTo(before));

        var told = JsonNode.Parse((await agent.RunAsync("purge", "--dry-run", "-o", "json")).OrThrow().Stdout)!;
        Assert.That(told["removed"]!.AsArray(), Has.Count.GreaterThan(10));
        Assert.That(await DumpAsync(host), Is.EqualTo(inUse), "a dry run changes nothing");

        var done = await agent.RunAsync("purge", "-o", "json");
        Assert.That(done.ExitCode, Is.Zero, done.Stdout + done.Stderr);
        Assert.That(await DumpAsync(host), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(host.RunDirectory).Select(Path.GetFileName), Has.None.StartsWith("agent").And.None.StartsWith("bird"));
        Assert.That((await agent.RunAsync("purge")).Stdout, Does.Contain("nothing of ours"));
    }

    private static async Task<string> DumpAsync(Host host)
    {
        var texts = new List<string>();
        foreach (var command in Dumps)
        {
            var lines = (await host.Namespace.RunAsync(command[0], command[1..])).Stdout.Split('\n');
            // Counters and times of the tools change by themselves.
            texts.Add($"{string.Join(' ', command)}\n{string.Join('\n', lines.Where(line => !line.StartsWith('#')).Select(line => Counters().Replace(line, "")))}");
        }

        return string.Join("\n\n", texts);
    }

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Counters();
}
