using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Linux;
using Calico.Model.Net;
using Calico.Tests.Unit.Dataplane.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.Iptables;

internal sealed class IptablesTablesTests
{
    private FakeIptables _kernel = null!;
    private SettableTime _time = null!;
    private IptablesTables _tables = null!;

    [SetUp]
    public void SetUp()
    {
        _kernel = new FakeIptables();
        _time = new SettableTime();
        _tables = NewDriver();
    }

    [Test]
    public async Task All_tables_are_written_in_one_run_chains_before_the_rules_that_name_them()
    {
        SetForward("cali-a", "-j cali-b");
        _tables.Set(IptablesTable.Filter, Chain("cali-b", "-j ACCEPT"));
        _tables.Set(IptablesTable.Raw, Chain("cali-raw", "-j DROP"));
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(1));
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-a" }));
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { "-j cali-b" }));
        Assert.That(_kernel["raw"]["cali-raw"], Is.EqualTo(new[] { "-j DROP" }));
        Assert.That(_kernel.Tables, Is.EquivalentTo(new[] { "filter", "raw" }), "a table nobody wants is not made");
    }

    [Test]
    public async Task A_restart_adopts_what_is_there_and_writes_nothing()
    {
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        _kernel.Restores.Clear();
        _tables = NewDriver();
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Is.Empty);
        Assert.That(_kernel.Saves, Is.EqualTo(2), "one read for each start");
    }

    [Test]
    public async Task A_change_names_only_the_chain_that_changed_and_reads_nothing()
    {
        SetForward("cali-a", "-j cali-b");
        _tables.Set(IptablesTable.Filter, Chain("cali-b", "-j ACCEPT"));
        await _tables.ApplyAsync(default);
        _tables.Set(IptablesTable.Filter, Chain("cali-b", "-j DROP"));
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores[^1], Is.EqualTo("*filter\n:cali-b - [0:0]\n-A cali-b -j DROP\nCOMMIT\n"));
        Assert.That(_kernel.Saves, Is.EqualTo(1));
    }

    [Test]
    public async Task A_change_that_is_taken_back_before_the_apply_writes_nothing()
    {
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        SetForward("cali-a", "-j DROP");
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Chains_of_an_earlier_life_go_and_rules_of_others_stay()
    {
        foreach (var line in new[] { ":cali-old - [0:0]", ":KUBE-x - [0:0]", "-A FORWARD -j KUBE-x", "-A FORWARD -j cali-old", "-A KUBE-x -j cali-old" })
        {
            Assert.That(_kernel["filter"].Do(line));
        }

        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"].Chains, Is.EqualTo(new[] { "INPUT", "FORWARD", "OUTPUT", "KUBE-x", "cali-a" }));
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-a", "-j KUBE-x" }));
        Assert.That(_kernel["filter"]["KUBE-x"], Is.Empty);
    }

    [Test]
    public async Task Hooks_stand_before_and_after_the_rules_of_others()
    {
        _kernel["filter"]["FORWARD"].AddRange(["-j KUBE", "-m comment --comment \"see -j cali-a\"", "-j DOCKER"]);
        _tables.Set(IptablesTable.Filter, Chain("cali-a", "-j ACCEPT"));
        _tables.Set(IptablesTable.Filter, Chain("cali-b", "-j ACCEPT"));
        _tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", ["-i x+ -j cali-a", "-j cali-a"], ["-j cali-b"]));
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[]
        {
            "-i x+ -j cali-a", "-j cali-a", "-j KUBE", "-m comment --comment \"see -j cali-a\"", "-j DOCKER", "-j cali-b",
        }));
    }

    [Test]
    public async Task A_refresh_restores_what_others_changed()
    {
        SetForward("cali-a", "-j ACCEPT");
        _tables.Set(IptablesTable.Filter, Chain("cali-b", "-j ACCEPT"));
        await _tables.ApplyAsync(default);
        var before = _kernel.Dump();
        _kernel["filter"]["FORWARD"].Insert(0, "-j OTHER");
        _kernel["filter"]["cali-a"].Clear();
        _kernel["filter"].Do("-X cali-b");
        await _tables.RefreshAsync(default);
        _kernel["filter"]["FORWARD"].Remove("-j OTHER");
        Assert.That(_kernel.Dump(), Is.EqualTo(before));
        Assert.That(_tables.Problems, Is.Empty);
    }

    [Test]
    public async Task Only_who_was_in_force_once_says_that_others_changed_something()
    {
        _kernel["filter"]["FORWARD"].AddRange(["-j KUBE", "-j DOCKER"]);
        var log = new RecordingLog();
        _tables = NewDriver(log);
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Assert.That(log.Lines, Is.Empty, "a first start");

        _kernel["filter"]["FORWARD"].Insert(0, "-j OTHER");
        await _tables.RefreshAsync(default);
        Assert.That(log.Lines, Has.Count.EqualTo(1));
        Assert.That(log.Lines[0], Does.StartWith("Warning").And.Contain("FORWARD"));

        log.Lines.Clear();
        _tables = NewDriver(log);
        SetForward("cali-a", "-j DROP");
        await _tables.ApplyAsync(default);
        Assert.That(log.Lines, Has.Count.EqualTo(1));
        Assert.That(log.Lines[0], Does.StartWith("Information").And.Contain("1 were not"), "a second start that wants something else");
    }

    [Test]
    public async Task A_refresh_after_which_nothing_differs_writes_nothing()
    {
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        await _tables.RefreshAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_print_of_a_rule_is_learned_once_and_then_counts_as_the_same()
    {
        _kernel.Print = rule => rule.Replace("-p 6", "-p tcp", StringComparison.Ordinal);
        SetForward("cali-a", "-p 6 -j ACCEPT");
        await _tables.ApplyAsync(default);
        await _tables.RefreshAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(2), "once to know that nobody else changed it");
        await _tables.RefreshAsync(default);
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(2));

        _kernel["filter"]["cali-a"].Clear();
        await _tables.RefreshAsync(default);
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { "-p 6 -j ACCEPT" }), "what was learned hides no change");
    }

    [Test]
    public async Task A_hook_that_vanished_before_a_write_is_no_obstacle()
    {
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        SetForward("cali-b", "-j ACCEPT");
        _tables.Remove(IptablesTable.Filter, "cali-a");
        _kernel["filter"]["FORWARD"].Clear();
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-b" }));
        Assert.That(_tables.Problems, Is.Empty);
    }

    [Test]
    public async Task What_is_changed_during_a_write_is_read_and_the_write_done_again()
    {
        SetForward("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        SetForward("cali-b", "-j ACCEPT");
        _kernel.BeforeRestore = () => _kernel["filter"]["FORWARD"].Clear();
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-b" }));
        Assert.That(_tables.Problems, Is.Empty);
    }

    [Test]
    public async Task While_another_program_holds_the_lock_nothing_is_taken_for_refused()
    {
        var tables = new IptablesTables(
            new IptablesTool(IptablesBackend.Legacy, IpFamily.IPv4, (program, arguments, input, onLine, token) => program.EndsWith("-save", StringComparison.Ordinal)
                ? _kernel.RunAsync(program, arguments, input, onLine, token)
                : Task.FromResult(new CommandResult(4, "", "Another app is currently holding the xtables lock. Stopped waiting after 10s."))),
            TimeSpan.Zero,
            _time,
            NullLogger.Instance);
        tables.Set(IptablesTable.Filter, Chain("cali-a", "-j ACCEPT"));
        await Assert.ThrowsAsync<IOException>(() => tables.ApplyAsync(default));
        Assert.That(tables.Problems, Is.Empty);
    }

    private IptablesTables NewDriver(ILogger? log = null) =>
        new(new IptablesTool(IptablesBackend.Nft, IpFamily.IPv4, _kernel.RunAsync), TimeSpan.FromSeconds(90), _time, log ?? NullLogger.Instance);

    private void SetForward(string chain, string rule)
    {
        _tables.Set(IptablesTable.Filter, Chain(chain, rule));
        _tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", [$"-j {chain}"], []));
    }

    private static IptablesChain Chain(string name, params string[] rules) => new(name, [.. rules]);
}
