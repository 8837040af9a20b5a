using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Drivers;

internal sealed class IpSetDriverTests
{
    private NetworkNamespace _where = null!;
    private NamespaceTools _tools = null!;
    private KernelIpSets _sets = null!;

    [SetUp]
    public async Task SetUp()
    {
        _where = await NetworkNamespace.CreateAsync("sets");
        _tools = new NamespaceTools(_where);
        _sets = NewDriver();
    }

    [TearDown]
    public async Task TearDown() => await _where.DisposeAsync();

    [Test]
    public async Task A_restart_adopts_members_of_every_kind_without_a_write()
    {
        Wish(_sets);
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_sets.Problems, Is.Empty);
        var members = (await _tools.PrintAsync("ipset", "save")).Split('\n').Where(line => line.StartsWith("add", StringComparison.Ordinal));
        Assert.That(members, Is.EquivalentTo(new[]
        {
            "add cali40s:nets 0.0.0.0/1", "add cali40s:nets 128.0.0.0/1", "add cali40s:nets 10.0.0.1", "add cali40s:nets 10.1.0.0/16",
            "add cali60s:nets ::/1", "add cali60s:nets 8000::/1", "add cali60s:nets fd00::1",
            "add cali40n:ports 10.0.0.1,tcp:80", "add cali40n:ports 10.0.0.1,udp:53", "add cali40n:ports 10.0.0.1,sctp:5060", "add cali60n:ports fd00::1,tcp:80",
            "add cali40l:pairs 10.0.0.1,tcp:80", "add cali40l:pairs 10.1.0.0/16,udp:53", "add cali60l:pairs fd00::/8,tcp:443",
        }));
        _tools.Runs.Clear();
        var restarted = NewDriver();
        Wish(restarted);
        await restarted.ApplyUpdatesAsync(default);
        await restarted.ApplyRemovalsAsync(default);
        Assert.That(_tools.Restores, Is.Empty);
    }

    [Test]
    public async Task A_set_in_use_is_rewritten_under_its_rule_and_removed_after_it()
    {
        _sets.Set("s:a", IpSetKind.Nets, Many(2000, 0));
        await _sets.ApplyUpdatesAsync(default);
        await _tools.DoAsync("iptables-nft -A FORWARD -m set --match-set cali40s:a src -j ACCEPT");
        _sets.Set("s:a", IpSetKind.Nets, Many(2000, 5000));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_tools.Restores.Last(), Does.Contain("swap"));
        Assert.That(await _tools.PrintAsync("ipset", "list", "-n"), Is.EqualTo("cali40s:a\ncali60s:a\n"));

        _sets.Remove("s:a");
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(await _tools.PrintAsync("ipset", "list", "-n"), Is.EqualTo("cali40s:a\n"));
        await _tools.DoAsync("iptables-nft -F FORWARD");
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(await _tools.PrintAsync("ipset", "list", "-n"), Is.Empty);
    }

    [Test]
    public async Task Whatever_others_do_to_our_sets_is_undone_and_theirs_stay()
    {
        await _tools.DoAsync("ipset create KUBE-LOOP-BACK hash:ip; ipset add KUBE-LOOP-BACK 10.0.0.1");
        Wish(_sets);
        await _sets.ApplyUpdatesAsync(default);
        var before = await MembersAsync();
        string[] doings =
        [
            "ipset flush cali40s:nets",
            "ipset del cali40s:nets 10.0.0.1; ipset add cali40s:nets 10.9.9.9",
            "ipset destroy cali60n:ports",
            "ipset destroy cali40n:ports; ipset create cali40n:ports hash:ip",
            "ipset add cali40n:ports 10.0.0.1,icmp:echo-request",
        ];
        foreach (var doing in doings)
        {
            await _tools.DoAsync(doing);
            await _sets.RefreshAsync(default);
            Assert.That(await MembersAsync(), Is.EquivalentTo(before), doing);
        }

        Assert.That(_sets.Problems, Is.Empty);
    }

    [Test]
    public async Task A_set_that_is_refused_holds_up_no_other()
    {
        await _tools.DoAsync("ipset create cali40s:bad hash:ip; iptables-nft -A FORWARD -m set --match-set cali40s:bad src -j ACCEPT");
        _sets.Set("s:bad", IpSetKind.Nets, Many(3, 0));
        _sets.Set("s:good", IpSetKind.Nets, Many(3, 0));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_sets.Problems.Single().Subject, Is.EqualTo("IP set cali40s:bad"));
        Assert.That((await MembersAsync()).Count(line => line.StartsWith("add cali40s:good", StringComparison.Ordinal)), Is.EqualTo(3));
    }

    private KernelIpSets NewDriver() => new(new IpSetTool(_tools.RunAsync), TimeSpan.FromSeconds(90), TimeProvider.System, NullLogger.Instance);

    private static void Wish(KernelIpSets sets)
    {
        string[] nets = ["0.0.0.0/0", "10.0.0.1/32", "10.1.0.0/16", "::/0", "fd00::1/128"];
        var address = IpAddress.Parse("10.0.0.1");
        sets.Set("s:nets", IpSetKind.Nets, [.. nets.Select(net => new IpSetMember(Cidr.Parse(net)))]);
        sets.Set("n:ports", IpSetKind.Ports, [new(address, 6, 80), new(address, 17, 53), new(address, 132, 5060), new(IpAddress.Parse("fd00::1"), 6, 80)]);
        sets.Set("l:pairs", IpSetKind.NetPorts, [new(address, 6, 80), new(Cidr.Parse("10.1.0.0/16"), 17, 53), new(Cidr.Parse("fd00::/8"), 6, 443)]);
    }

    private async Task<IReadOnlyList<string>> MembersAsync() =>
        [.. (await _tools.PrintAsync("ipset", "save")).Split('\n').Select(line => line.Split(" hashsize ")[0]).Order(StringComparer.Ordinal)];

    private static IpSetMember[] Many(int count, int from) =>
        [.. Enumerable.Range(from, count).Select(number => new IpSetMember(IpAddress.Parse("10.0.0.0").Add((UInt128)number).ToCidr()))];
}
