using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Linux.Nftables;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Drivers;

internal sealed class PurgeTests
{
    private static readonly string[] Tools = ["iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"];
    private NetworkNamespace _where = null!;
    private NamespaceTools _tools = null!;

    [SetUp]
    public async Task SetUp()
    {
        _where = await NetworkNamespace.CreateAsync("purge");
        _tools = new NamespaceTools(_where);
    }

    [TearDown]
    public async Task TearDown() => await _where.DisposeAsync();

    [Test]
    public async Task What_others_have_is_as_before_to_the_byte([Values(IptablesBackend.Nft, IptablesBackend.Legacy)] IptablesBackend backend)
    {
        var name = backend.ToString().ToLowerInvariant();
        foreach (var tool in Tools.Where(tool => tool.EndsWith(name, StringComparison.Ordinal)))
        {
            await _tools.DoAsync($"{tool} -w 10 -N KUBE-FORWARD; {tool} -w 10 -A FORWARD -j KUBE-FORWARD; {tool} -w 10 -P FORWARD DROP; {tool} -w 10 -t nat -N KUBE-NAT");
        }

        await _tools.DoAsync("ipset create KUBE-LOOP-BACK hash:ip; ipset add KUBE-LOOP-BACK 10.0.0.1");
        if (backend == IptablesBackend.Legacy)
        {
            // The kernel keeps a legacy table that anybody has asked for.
            await _tools.DoAsync("for t in raw mangle; do iptables-legacy -t $t -S; ip6tables-legacy -t $t -S; done");
        }

        var before = await DumpAsync();
        await ProgramAsync(backend);
        await ProgramAsync(backend);
        Assert.That(await DumpAsync(), Is.Not.EqualTo(before));
        Assert.That(await NewPurge().RunAsync(default), Is.Empty);
        Assert.That(await DumpAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_host_without_iptables_rules_has_no_tables_afterwards()
    {
        await ProgramAsync(IptablesBackend.Nft);
        Assert.That(await NewPurge().RunAsync(default), Is.Empty);
        Assert.That((await DumpAsync()).Trim(), Is.Empty);
    }

    [Test]
    public async Task On_a_host_that_we_never_touched_nothing_is_written()
    {
        await _tools.DoAsync("iptables-nft -N KUBE-FORWARD; iptables-nft -t raw -S; ipset create KUBE-LOOP-BACK hash:ip");
        var before = await DumpAsync();
        Assert.That(await NewPurge().RunAsync(default), Is.Empty);
        Assert.That(_tools.Restores, Is.Empty);
        Assert.That(await DumpAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_set_that_others_use_is_named()
    {
        await ProgramAsync(IptablesBackend.Nft);
        await _tools.DoAsync("iptables-legacy -A FORWARD -m set --match-set cali40s:a src -j ACCEPT");
        Assert.That((await NewPurge().RunAsync(default)).Single().Subject, Is.EqualTo("IP set cali40s:a"));
    }

    private KernelPurge NewPurge() => new(
        _tools.RunAsync,
        (family, table, chains) =>
        {
            using var where = NetNamespace.Open(_where.Path);
            where.Run(() => NftTable.DeleteEmpty(family, table, chains));
        },
        TimeProvider.System,
        NullLogger.Instance);

    private async Task ProgramAsync(IptablesBackend backend)
    {
        var sets = new KernelIpSets(new IpSetTool(_tools.RunAsync), TimeSpan.Zero, TimeProvider.System, NullLogger.Instance);
        sets.Set("s:a", IpSetKind.Nets, [new IpSetMember(Cidr.Parse("10.0.0.0/8"))]);
        await sets.ApplyUpdatesAsync(default);
        foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            var tables = new IptablesTables(new IptablesTool(backend, family, _tools.RunAsync), TimeSpan.Zero, TimeProvider.System, NullLogger.Instance);
            foreach (var table in new[] { IptablesTable.Raw, IptablesTable.Mangle, IptablesTable.Nat, IptablesTable.Filter })
            {
                tables.Set(table, new IptablesChain("cali-a", ["-j cali-b"]));
                tables.Set(table, new IptablesChain("cali-b", [$"-m set --match-set {IpSetName.Of("s:a", family)} src -j ACCEPT"]));
                tables.Set(table, new IptablesHook("OUTPUT", ["-j cali-a"], ["-j cali-a"]));
            }

            await tables.ApplyAsync(default);
        }
    }

    private async Task<string> DumpAsync()
    {
        var dumps = Tools.Select(tool => _tools.PrintAsync(tool + "-save")).Append(_tools.PrintAsync("ipset", "save"));
        return string.Join('\n', await Task.WhenAll(dumps));
    }
}
