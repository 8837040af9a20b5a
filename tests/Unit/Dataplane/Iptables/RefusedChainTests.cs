using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Tests.Unit.Dataplane.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.Iptables;

/// <summary>One chain that is not taken: it stays as it was, or closed; all the rest comes into force.</summary>
internal sealed class RefusedChainTests
{
    private const string Bad = "-m bad -j ACCEPT";
    private readonly SettableTime _time = new();
    private FakeIptables _kernel = null!;
    private IptablesTables _tables = null!;

    [SetUp]
    public void SetUp()
    {
        _kernel = new FakeIptables();
        _tables = new IptablesTables(
            new IptablesTool(IptablesBackend.Nft, IpFamily.IPv4, _kernel.RunAsync), TimeSpan.FromSeconds(90), _time, NullLogger.Instance);
    }

    [Test]
    public async Task A_new_chain_denies_and_the_others_are_written([Values] bool isNonsense)
    {
        RefuseBad(isNonsense);
        SetMany(20, bad: [7, 13]);
        await _tables.ApplyAsync(default);
        for (var number = 0; number < 20; number++)
        {
            Assert.That(_kernel["filter"][$"cali-{number}"], Is.EqualTo(new[] { number is 7 or 13 ? "-j DROP" : $"-s 10.0.0.{number}/32 -j ACCEPT" }));
        }

        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-0" }));
        Assert.That(_tables.Problems.Select(problem => problem.Subject), Is.EquivalentTo(new[]
        {
            "chain cali-7 of table filter (IPv4)", "chain cali-13 of table filter (IPv4)",
        }));
    }

    [Test]
    public async Task A_known_chain_keeps_its_rules_and_what_they_use([Values] bool isNonsense)
    {
        RefuseBad(isNonsense);
        Set("cali-a", "-j cali-used");
        Set("cali-used", "-j cali-usedtoo");
        Set("cali-usedtoo", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Set("cali-a", Bad);
        _tables.Remove(IptablesTable.Filter, "cali-used");
        _tables.Remove(IptablesTable.Filter, "cali-usedtoo");
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { "-j cali-used" }));
        Assert.That(_kernel["filter"]["cali-used"], Is.EqualTo(new[] { "-j cali-usedtoo" }));
        Assert.That(_kernel["filter"]["cali-usedtoo"], Is.EqualTo(new[] { "-j ACCEPT" }));

        Set("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"].Chains, Does.Contain("cali-a").And.Not.Contain("cali-used").And.Not.Contain("cali-usedtoo"));
        Assert.That(_tables.Problems, Is.Empty);
    }

    [Test]
    public async Task In_the_nat_table_a_new_chain_does_nothing()
    {
        RefuseBad(isNonsense: true);
        _tables.Set(IptablesTable.Nat, new IptablesChain("cali-nat-outgoing", [Bad]));
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["nat"]["cali-nat-outgoing"], Is.Empty);
    }

    [Test]
    public async Task A_refused_chain_costs_later_changes_nothing()
    {
        RefuseBad(isNonsense: false);
        SetMany(20, bad: [7]);
        await _tables.ApplyAsync(default);
        _kernel.Restores.Clear();
        Set("cali-new", "-j ACCEPT");
        Set("cali-7", Bad);
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Has.Count.EqualTo(1));
        Assert.That(_tables.Problems, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_refused_chain_is_tried_again_when_its_time_has_come()
    {
        RefuseBad(isNonsense: false);
        Set("cali-a", Bad);
        await _tables.ApplyAsync(default);
        _kernel.IsRefused = _ => false;
        await _tables.RefreshAsync(default);
        Assert.That(_tables.Problems, Has.Count.EqualTo(1), "not yet");
        _time.Advance(TimeSpan.FromMinutes(1));
        await _tables.RefreshAsync(default);
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { Bad }));
        Assert.That(_tables.Problems, Is.Empty);
    }

    [Test]
    public async Task A_refused_hook_leaves_the_other_hooks()
    {
        _kernel.IsRefused = line => line.Contains("-I INPUT", StringComparison.Ordinal);
        Set("cali-a", "-j ACCEPT");
        _tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", ["-j cali-a"], []));
        _tables.Set(IptablesTable.Filter, new IptablesHook("INPUT", ["-j cali-a"], []));
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"]["FORWARD"], Is.EqualTo(new[] { "-j cali-a" }));
        Assert.That(_tables.Problems.Single().Subject, Does.Contain("INPUT"));
    }

    [Test]
    public async Task A_table_that_takes_nothing_is_an_error_and_the_others_are_written()
    {
        _kernel.IsNonsense = line => line == "*raw";
        Set("cali-a", "-j ACCEPT");
        _tables.Set(IptablesTable.Raw, new IptablesChain("cali-raw", ["-j DROP"]));
        Assert.That((await Assert.ThrowsAsync<IOException>(() => _tables.ApplyAsync(default)))!.Message, Does.Contain("table raw"));
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { "-j ACCEPT" }));
    }

    [Test]
    public async Task A_chain_that_cannot_be_made_at_all_closes_those_that_use_it_and_no_other()
    {
        _kernel.IsNonsense = line => line.StartsWith(":cali-toolong", StringComparison.Ordinal);
        Set("cali-toolong", "-j ACCEPT");
        Set("cali-user", "-j cali-toolong");
        SetMany(5, bad: []);
        await _tables.ApplyAsync(default);
        Assert.That(_kernel["filter"].Has("cali-toolong"), Is.False);
        Assert.That(_kernel["filter"]["cali-user"], Is.EqualTo(new[] { "-j DROP" }));
        Assert.That(_kernel["filter"]["cali-4"], Is.EqualTo(new[] { "-s 10.0.0.4/32 -j ACCEPT" }));
        Assert.That(_tables.Problems, Has.Count.EqualTo(2));
        _kernel.Restores.Clear();
        await _tables.ApplyAsync(default);
        Assert.That(_kernel.Restores, Is.Empty);
    }

    [Test]
    public async Task The_old_rules_of_a_refused_chain_are_not_learned_as_a_print_of_the_new_ones()
    {
        Set("cali-a", "-j ACCEPT");
        await _tables.ApplyAsync(default);
        RefuseBad(isNonsense: false);
        _kernel["filter"]["cali-a"][0] = "-j OTHER";
        Set("cali-a", Bad);
        await _tables.RefreshAsync(default);
        _kernel.IsRefused = _ => false;
        _time.Advance(TimeSpan.FromMinutes(1));
        await _tables.RefreshAsync(default);
        Assert.That(_kernel["filter"]["cali-a"], Is.EqualTo(new[] { Bad }));
    }

    private void RefuseBad(bool isNonsense)
    {
        static bool IsBad(string line) => line.Contains("-m bad", StringComparison.Ordinal);
        if (isNonsense)
        {
            _kernel.IsNonsense = IsBad;
        }
        else
        {
            _kernel.IsRefused = IsBad;
        }
    }

    private void SetMany(int count, int[] bad)
    {
        for (var number = 0; number < count; number++)
        {
            Set($"cali-{number}", bad.Contains(number) ? Bad : $"-s 10.0.0.{number}/32 -j ACCEPT");
        }

        _tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", ["-j cali-0"], []));
    }

    private void Set(string chain, params string[] rules) => _tables.Set(IptablesTable.Filter, new IptablesChain(chain, [.. rules]));
}
