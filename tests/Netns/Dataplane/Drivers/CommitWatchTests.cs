using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Tools;
using Calico.Linux;
using Calico.Linux.Nftables;
using Calico.Model.Net;
using Calico.Tests.Rig.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Netns.Dataplane.Drivers;

/// <summary>A write counts from its commit on. The tool's end, which the tests hold back, is looked at before the next write.</summary>
[TestFixture(IpFamily.IPv4)]
[TestFixture(IpFamily.IPv6)]
internal sealed class CommitWatchTests(IpFamily family)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private NetworkNamespace _where = null!;
    private NamespaceTools _tools = null!;
    private CommitMonitor _monitor = null!;
    private IptablesTables _tables = null!;

    // What the tool's end waits for, and what becomes of its result.
    private Func<CommandResult, Task<CommandResult>> _end = Task.FromResult;

    private string Prefix => family == IpFamily.IPv4 ? "iptables-nft" : "ip6tables-nft";

    [SetUp]
    public async Task SetUp()
    {
        _end = Task.FromResult;
        _where = await NetworkNamespace.CreateAsync("commits");
        _tools = new NamespaceTools(_where);
        _monitor = _where.Open(CommitMonitor.TryOpen)!;
        Assert.That(_monitor, Is.Not.Null, "the tests run in the first pid namespace");
        var tool = new IptablesTool(IptablesBackend.Nft, family, _tools.RunAsync, new CommitWatch(_monitor, RunAsync));
        _tables = new IptablesTables(tool, TimeSpan.FromSeconds(90), TimeProvider.System, NullLogger.Instance);
    }

    [TearDown]
    public async Task TearDown()
    {
        _monitor.Dispose();
        await _where.DisposeAsync();
    }

    [Test]
    public async Task An_apply_is_over_once_all_its_tables_are_in_force_while_the_tool_still_runs()
    {
        var gate = Hold();
        _tables.Set(IptablesTable.Raw, new IptablesChain("cali-raw", ["-j RETURN"]));
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-a", ["-j ACCEPT"]));
        await _tables.ApplyAsync(default).WaitAsync(Patience);
        Assert.That(await RulesAsync(), Does.Contain("-A cali-a -j ACCEPT\n").And.Contain("-A cali-raw -j RETURN\n"));

        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-a", ["-j DROP"]));
        var next = _tables.ApplyAsync(default);
        Assert.That(next.IsCompleted, Is.False, "the tool still runs");
        gate.SetResult(result => result);
        await next.WaitAsync(Patience);
        Assert.That(await RulesAsync(), Does.Contain("-A cali-a -j DROP\n"));
    }

    [Test]
    public async Task A_refused_rule_is_reported_and_the_others_come_into_force()
    {
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-bad", ["-m set --match-set cali40nosuch src -j ACCEPT"]));
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-good", ["-j ACCEPT"]));
        await _tables.ApplyAsync(default).WaitAsync(Patience);
        Assert.That(_tables.Problems.Select(problem => problem.Subject), Is.EqualTo(new[] { $"chain cali-bad of table filter ({family})" }));
        Assert.That(await RulesAsync(), Does.Contain("-A cali-good -j ACCEPT\n").And.Contain("-A cali-bad -j DROP\n"));
    }

    [Test]
    public async Task A_tool_that_fails_at_its_end_fails_the_next_write_and_the_one_after_reads_anew()
    {
        var gate = Hold();
        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-a", ["-j ACCEPT"]));
        await _tables.ApplyAsync(default).WaitAsync(Patience);
        await _tools.DoAsync($"{Prefix} -w 10 -F cali-a");
        gate.SetResult(result => result with { ExitCode = 3 });
        _end = Task.FromResult;

        _tables.Set(IptablesTable.Filter, new IptablesChain("cali-b", ["-j ACCEPT"]));
        await Assert.ThrowsAsync<IOException>(() => _tables.ApplyAsync(default).WaitAsync(Patience));
        await _tables.ApplyAsync(default).WaitAsync(Patience);
        Assert.That(await RulesAsync(), Does.Contain("-A cali-a -j ACCEPT\n").And.Contain("-A cali-b -j ACCEPT\n"));
    }

    [Test]
    public async Task Commits_of_other_processes_do_not_count()
    {
        _monitor.Begin();
        await _tools.DoAsync($"{Prefix} -w 10 -N cali-other");
        var heard = await Task.Run(() => _monitor.Wait(Environment.ProcessId, 1, TimeSpan.FromMilliseconds(100)));
        _monitor.End();
        Assert.That(heard, Is.False);
    }

    private TaskCompletionSource<Func<CommandResult, CommandResult>> Hold()
    {
        var gate = new TaskCompletionSource<Func<CommandResult, CommandResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _end = async result => (await gate.Task)(result);
        return gate;
    }

    private async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, string input, Action<int> onStart, CancellationToken cancellationToken)
    {
        var end = _end;
        var result = await HostTools.RunAsync("/usr/bin/nsenter", [$"--net={_where.Path}", "--", program, .. arguments], input, onStart, cancellationToken);
        return result.Succeeded ? await end(result) : result;
    }

    private Task<string> RulesAsync() => _tools.PrintAsync(Prefix + "-save");
}
