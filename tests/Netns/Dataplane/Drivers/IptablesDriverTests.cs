using System.Globalization;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Drivers;

[TestFixture(IptablesBackend.Nft, IpFamily.IPv4)]
[TestFixture(IptablesBackend.Nft, IpFamily.IPv6)]
[TestFixture(IptablesBackend.Legacy, IpFamily.IPv4)]
[TestFixture(IptablesBackend.Legacy, IpFamily.IPv6)]
internal sealed class IptablesDriverTests(IptablesBackend backend, IpFamily family)
{
    private static readonly string[] Foreign =
    [
        "-N KUBE-FORWARD", "-A KUBE-FORWARD -m comment --comment \"see -j cali-FORWARD\" -j ACCEPT", "-A FORWARD -j KUBE-FORWARD", "-A INPUT -i lo -j ACCEPT",
    ];

    private NetworkNamespace _where = null!;
    private NamespaceTools _tools = null!;
    private IptablesTables _tables = null!;

    private string Prefix => $"{(family == IpFamily.IPv4 ? "iptables" : "ip6tables")}-{backend.ToString().ToLowerInvariant()}";

    private string Loopback => family == IpFamily.IPv4 ? "127.0.0.1" : "::1";

    [SetUp]
    public async Task SetUp()
    {
        _where = await NetworkNamespace.CreateAsync("drivers");
        _tools = new NamespaceTools(_where);
        foreach (var command in Foreign)
        {
            await _tools.DoAsync($"{Prefix} -w 10 {command}");
        }

        _tables = NewDriver();
    }

    [TearDown]
    public async Task TearDown() => await _where.DisposeAsync();

    [Test]
    public async Task A_restart_adopts_every_rule_we_write_without_a_write()
    {
        WishAll(_tables);
        await _tables.ApplyAsync(default);
        var before = await SaveAsync();
        _tools.Runs.Clear();
        var restarted = NewDriver();
        WishAll(restarted);
        await restarted.ApplyAsync(default);
        Assert.That(_tools.Restores, Is.Empty);
        Assert.That(await SaveAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_change_leaves_the_counters_of_other_chains()
    {
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-INPUT", [$"-s {Loopback}/{family.Bits()} -j RETURN"]));
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-other", ["-j ACCEPT"]));
        _tables.Set(IptablesTable.Filter, new IptablesHook("INPUT", ["-j cali-INPUT"], []));
        await _tables.ApplyAsync(default);
        await _tools.DoAsync($"ping -c 2 -i 0.01 {Loopback}");
        var before = await CounterAsync("cali-INPUT");
        Assert.That(before, Is.GreaterThanOrEqualTo(4));
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-other", ["-j DROP"]));
        await _tables.ApplyAsync(default);
        Assert.That(await CounterAsync("cali-INPUT"), Is.GreaterThanOrEqualTo(before));
        Assert.That(_tools.Restores.Last(), Does.Not.Contain("cali-INPUT"));
    }

    [Test]
    public async Task Whatever_others_do_to_our_rules_is_undone()
    {
        WishAll(_tables);
        await _tables.ApplyAsync(default);
        var before = await SaveAsync();
        string[] doings =
        [
            $"{Prefix} -w 10 -D FORWARD -j cali-FORWARD",
            $"{Prefix} -w 10 -F FORWARD; {Prefix} -w 10 -A FORWARD -j KUBE-FORWARD",
            $"{Prefix} -w 10 -F cali-FORWARD",
            $"{Prefix} -w 10 -I cali-FORWARD 1 -j ACCEPT",
            $"{Prefix} -w 10 -D cali-FORWARD 2",
            $"{Prefix} -w 10 -t nat -F; {Prefix} -w 10 -t nat -X",
            $"{Prefix} -w 10 -t raw -N cali-more; {Prefix} -w 10 -t raw -A cali-more -j DROP; {Prefix} -w 10 -t raw -A OUTPUT -j cali-more",
        ];
        foreach (var doing in doings)
        {
            await _tools.DoAsync(doing);
            Assert.That(await SaveAsync(), Is.Not.EqualTo(before), doing);
            await _tables.RefreshAsync(default);
            Assert.That(await SaveAsync(), Is.EqualTo(before), doing);
        }

        _tools.Runs.Clear();
        await _tables.RefreshAsync(default);
        Assert.That(_tools.Restores, Is.Empty);
    }

    [Test]
    public async Task A_hook_goes_before_rules_that_others_inserted_before_it()
    {
        WishAll(_tables);
        await _tables.ApplyAsync(default);
        await _tools.DoAsync($"{Prefix} -w 10 -I FORWARD 1 -j ACCEPT");
        await _tables.RefreshAsync(default);
        var forward = (await _tools.PrintAsync(Prefix, "-w", "10", "-S", "FORWARD")).Split('\n');
        Assert.That(forward.Skip(1).Take(4), Is.EqualTo(new[]
        {
            "-A FORWARD -j cali-FORWARD", "-A FORWARD -j ACCEPT", "-A FORWARD -j KUBE-FORWARD", "-A FORWARD -j cali-last",
        }));
    }

    [TestCase("-m nonsense -j ACCEPT", TestName = "a match that is not there")]
    [TestCase("-m set --match-set cali40nosuch src -j ACCEPT", TestName = "a set that is not there")]
    [TestCase("-j MASQUERADE", TestName = "a target of another table")]
    [TestCase("-j cali-nosuch", TestName = "a chain that is not there")]
    public async Task A_rule_that_is_refused_closes_its_chain_and_no_other(string rule)
    {
        WishAll(_tables);
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-bad", ["-j RETURN", rule]));
        for (var number = 0; number < 10; number++)
        {
            _tables.Set(IptablesTable.Filter, new IptablesChain(string.Create(CultureInfo.InvariantCulture, $"cali-good-{number}"), ["-j ACCEPT"]));
        }

        await _tables.ApplyAsync(default);
        var save = await SaveAsync();
        Assert.That(_tables.Problems.Select(problem => problem.Subject), Is.EqualTo(new[] { $"chain cali-bad of table filter ({family})" }));
        Assert.That(save, Does.Contain("-A cali-bad -j DROP\n").And.Contain("-A cali-good-9 -j ACCEPT\n").And.Contain("-A FORWARD -j cali-FORWARD\n"));

        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-bad", ["-j ACCEPT"]));
        await _tables.ApplyAsync(default);
        Assert.That(_tables.Problems, Is.Empty);
        Assert.That(await SaveAsync(), Does.Contain("-A cali-bad -j ACCEPT\n"));
    }

    [Test]
    public async Task A_chain_that_another_uses_stays_until_it_is_free()
    {
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-a", ["-j ACCEPT"]));
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-b", ["-j cali-a"]));
        await _tables.ApplyAsync(default);
        _tables.Remove(IptablesTable.Filter, "cali-a");
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-c", ["-j ACCEPT"]));
        await _tables.ApplyAsync(default);
        var save = await SaveAsync();
        Assert.That(save, Does.Contain("-A cali-a -j ACCEPT\n").And.Contain("-A cali-c -j ACCEPT\n"), "nothing is emptied that is still in use");
        Assert.That(_tables.Problems.Single().Subject, Does.Contain("cali-a"));
    }

    private IptablesTables NewDriver() =>
        new(new IptablesTool(backend, family, _tools.RunAsync), TimeSpan.FromSeconds(90), TimeProvider.System, NullLogger.Instance);

    // One rule of each kind that Rules/ writes, as both tools print it.
    private void WishAll(IptablesTables tables)
    {
        var net = family == IpFamily.IPv4 ? "10.0.0.0/8" : "fd00::/8";
        var icmp = family == IpFamily.IPv4 ? "-p icmp -m icmp --icmp-type 8/0" : "-p ipv6-icmp -m icmp6 --icmpv6-type 128/0";
        var reject = family == IpFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
        tables.Set(IptablesTable.Raw, new IptablesChain("cali-PREROUTING",
        [
            "-j MARK --set-xmark 0x0/0xf0000",
            "-i cali+ -j MARK --set-xmark 0x80000/0x80000",
            "-m mark --mark 0x80000/0x80000 -m rpfilter --validmark --invert -j DROP",
            "-p udp -m udp --dport 4789 -j CT --notrack",
        ]));
        tables.Set(IptablesTable.Raw, new IptablesHook("PREROUTING", ["-j cali-PREROUTING"], []));
        tables.Set(IptablesTable.Nat, new IptablesChain("cali-nat-outgoing", [$"-s {net} -j MASQUERADE --random-fully"]));
        tables.Set(IptablesTable.Nat, new IptablesHook("POSTROUTING", ["-j cali-nat-outgoing"], []));
        tables.Set(IptablesTable.Mangle, new IptablesChain("cali-POSTROUTING", ["-m conntrack ! --ctstate DNAT -j RETURN"]));
        tables.Set(IptablesTable.Mangle, new IptablesHook("POSTROUTING", ["-j cali-POSTROUTING"], []));
        tables.Set(IptablesTable.Filter, new IptablesChain("cali-FORWARD",
        [
            "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            "-i cali+ -j cali-dispatch",
            $"! -s {net} -d {net} -i cali12 -o eth0 -p tcp -m tcp --sport 1:5 --dport 80 -j RETURN",
            "-p tcp -m multiport --dports 80,90:99 -m mark --mark 0x0/0x20000 -g cali-dispatch",
            "! -p tcp -j RETURN",
            "-p ipencap -j DROP",
            "-p sctp -j DROP",
            icmp + " -j RETURN",
            "-j LOG --log-prefix \"calico-packet: \" --log-level 5",
            $"-j REJECT --reject-with {reject}",
        ]));
        tables.Set(IptablesTable.Filter, new IptablesChain("cali-dispatch", ["-j DROP"]));
        tables.Set(IptablesTable.Filter, new IptablesChain("cali-last", ["-m mark --mark 0x10000/0x10000 -j ACCEPT"]));
        tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", ["-j cali-FORWARD"], ["-j cali-last"]));
    }

    private Task<string> SaveAsync() => _tools.PrintAsync(Prefix + "-save");

    private async Task<long> CounterAsync(string chain)
    {
        var line = (await _tools.PrintAsync(Prefix, "-w", "10", "-v", "-S", chain)).Split('\n').First(line => line.StartsWith($"-A {chain} ", StringComparison.Ordinal));
        return long.Parse(line[(line.IndexOf("-c ", StringComparison.Ordinal) + 3)..].Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
