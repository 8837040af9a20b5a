using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Model.Net;
using Calico.Tests.Unit.Dataplane.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.IpSets;

internal sealed class KernelIpSetsTests
{
    private const string Id = "s:a";
    private const string Name4 = "cali40s:a";
    private const string Name6 = "cali60s:a";
    private FakeIpset _kernel = null!;
    private SettableTime _time = null!;
    private KernelIpSets _sets = null!;

    [SetUp]
    public void SetUp()
    {
        _kernel = new FakeIpset();
        _time = new SettableTime();
        _sets = NewDriver();
    }

    [Test]
    public async Task A_set_exists_in_both_families_with_the_members_of_each()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32", "10.1.0.0/16", "fd00::1/128", "fd00:1::/32"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.1", "10.1.0.0/16" }));
        Assert.That(_kernel.Members(Name6), Is.EqualTo(new[] { "fd00:1::/32", "fd00::1" }));
        Assert.That(_kernel.Restores, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Ports_are_written_with_their_protocols()
    {
        var address = IpAddress.Parse("10.0.0.1");
        _sets.Set(Id, IpSetKind.Ports, [new(address, 6, 80), new(address, 17, 53), new(address, 132, 5060), new(IpAddress.Parse("fd00::1"), 6, 80)]);
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Sets[Name4].Type, Is.EqualTo("hash:ip,port"));
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.1,sctp:5060", "10.0.0.1,tcp:80", "10.0.0.1,udp:53" }));
        Assert.That(_kernel.Members(Name6), Is.EqualTo(new[] { "fd00::1,tcp:80" }));
        await RestartAsync(IpSetKind.Ports, [new(address, 6, 80), new(address, 17, 53), new(address, 132, 5060), new(IpAddress.Parse("fd00::1"), 6, 80)]);
        Assert.That(_kernel.Restores, Is.Empty);
    }

    [Test]
    public async Task A_change_writes_the_difference_and_reads_nothing()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32", "10.0.0.2/32"));
        await _sets.ApplyUpdatesAsync(default);
        _sets.Change(Id, Nets("10.0.0.3/32", "10.0.0.4/32"), Nets("10.0.0.1/32"));
        _sets.Change(Id, [], Nets("10.0.0.4/32"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Restores[^1], Is.EqualTo("add -exist cali40s:a 10.0.0.3\ndel -exist cali40s:a 10.0.0.1\n"));
        Assert.That(_kernel.Saves, Is.EqualTo(1));
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.2", "10.0.0.3" }));
    }

    [Test]
    public async Task A_restart_adopts_what_is_there_and_writes_the_difference()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32", "10.0.0.2/32"));
        await _sets.ApplyUpdatesAsync(default);
        await RestartAsync(IpSetKind.Nets, Nets("10.0.0.1/32", "10.0.0.2/32"));
        Assert.That(_kernel.Restores, Is.Empty);
        await RestartAsync(IpSetKind.Nets, Nets("10.0.0.2/32", "10.0.0.3/32"));
        Assert.That(_kernel.Restores.Single(), Is.EqualTo("add -exist cali40s:a 10.0.0.3\ndel -exist cali40s:a 10.0.0.1\n"));
    }

    [Test]
    public async Task Sets_of_an_earlier_life_go_after_the_rules_and_sets_of_others_stay()
    {
        foreach (var name in new[] { "cali40old", "cali6t3", "KUBE-LOOP-BACK" })
        {
            _kernel.Sets[name] = new FakeIpset.Set("hash:net", "inet", 65536, []);
        }

        _sets.Set(Id, IpSetKind.Nets, []);
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Sets.Keys, Does.Contain("cali40old"));
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(_kernel.Sets.Keys, Is.EquivalentTo(new[] { "KUBE-LOOP-BACK", Name4, Name6 }));
    }

    [Test]
    public async Task A_set_in_use_is_removed_later_and_holds_up_no_other()
    {
        _sets.Set(Id, IpSetKind.Nets, []);
        _sets.Set("s:b", IpSetKind.Nets, []);
        await _sets.ApplyUpdatesAsync(default);
        _kernel.InUse.Add(Name4);
        _sets.Remove(Id);
        _sets.Remove("s:b");
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(_kernel.Sets.Keys, Is.EqualTo(new[] { Name4 }));
        _kernel.InUse.Clear();
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(_kernel.Sets, Is.Empty);
    }

    [Test]
    public async Task A_set_that_is_wanted_again_before_its_removal_gets_its_new_members()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32"));
        await _sets.ApplyUpdatesAsync(default);
        _sets.Remove(Id);
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.2/32"));
        await _sets.ApplyUpdatesAsync(default);
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.2" }));
        Assert.That(_kernel.Sets.Keys, Is.EqualTo(new[] { Name4, Name6 }));
    }

    [Test]
    public async Task All_addresses_are_two_halves_which_may_be_wanted_for_themselves()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("0.0.0.0/0", "::/0", "0.0.0.0/1"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "0.0.0.0/1", "128.0.0.0/1" }));
        Assert.That(_kernel.Members(Name6), Is.EqualTo(new[] { "8000::/1", "::/1" }));
        await RestartAsync(IpSetKind.Nets, Nets("0.0.0.0/0", "::/0", "0.0.0.0/1"));
        Assert.That(_kernel.Restores, Is.Empty);
        _sets.Change(Id, [], Nets("0.0.0.0/0"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "0.0.0.0/1" }));
        _sets.Change(Id, Nets("0.0.0.0/0"), Nets("0.0.0.0/1"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "0.0.0.0/1", "128.0.0.0/1" }));
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.0/8"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.0/8" }));
    }

    [Test]
    public async Task A_large_change_is_a_rewrite_that_takes_effect_at_once()
    {
        _sets.Set(Id, IpSetKind.Nets, Many(2000, 0));
        await _sets.ApplyUpdatesAsync(default);
        _sets.Set(Id, IpSetKind.Nets, Many(2000, 5000));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Restores[^1].Split('\n')[^3], Does.Match("^swap cali4t[0-9]+ cali40s:a$"));
        Assert.That(_kernel.Sets.Keys, Is.EqualTo(new[] { Name4, Name6 }));
        Assert.That(_kernel.Sets[Name4].Members, Is.EquivalentTo(Many(2000, 5000).Select(member => member.Net.Address.ToString())));
    }

    [Test]
    public async Task A_set_that_outgrows_the_limit_it_was_made_with_is_made_anew_with_a_larger_one()
    {
        _kernel.Sets[Name4] = new FakeIpset.Set("hash:net", "inet", 2, ["10.0.0.0"]);
        _sets.Set(Id, IpSetKind.Nets, Many(3, 0));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Sets[Name4].MaxElements, Is.EqualTo(IpSetState.DefaultMaxElements));
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.0", "10.0.0.1", "10.0.0.2" }));
    }

    [Test]
    public async Task A_set_of_another_type_with_our_name_is_replaced()
    {
        _kernel.Sets[Name4] = new FakeIpset.Set("hash:ip,port", "inet", 65536, []);
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32"));
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Sets[Name4].Type, Is.EqualTo("hash:net"));
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.1" }));
    }

    [Test]
    public async Task A_set_for_which_the_kernel_has_no_room_keeps_what_it_had_and_holds_up_no_other()
    {
        _sets.Set(Id, IpSetKind.Nets, Many(3, 0));
        await _sets.ApplyUpdatesAsync(default);
        _kernel.Room = 100;
        _sets.Set(Id, IpSetKind.Nets, Many(3000, 5000));
        _sets.Set("s:b", IpSetKind.Nets, Nets("10.0.0.1/32"));
        await _sets.ApplyUpdatesAsync(default);
        await _sets.ApplyRemovalsAsync(default);
        Assert.That(_sets.Problems.Single().Subject, Is.EqualTo("IP set cali40s:a"));
        Assert.That(_kernel.Sets[Name4].Members, Has.Count.EqualTo(3));
        Assert.That(_kernel.Members("cali40s:b"), Is.EqualTo(new[] { "10.0.0.1" }));
        Assert.That(_kernel.Sets.Keys, Has.Exactly(4).Items);

        _kernel.Room = int.MaxValue;
        _kernel.Restores.Clear();
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Restores, Is.Empty, "it waits");
        _time.Advance(TimeSpan.FromMinutes(1));
        await _sets.RefreshAsync(default);
        Assert.That(_kernel.Sets[Name4].Members, Has.Count.EqualTo(3000));
        Assert.That(_sets.Problems, Is.Empty);
    }

    [Test]
    public async Task A_refresh_restores_what_others_changed()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32", "10.0.0.2/32"));
        _sets.Set("n:b", IpSetKind.Ports, [new(IpAddress.Parse("10.0.0.1"), 6, 80)]);
        await _sets.ApplyUpdatesAsync(default);
        _kernel.Sets[Name4].Members.Remove("10.0.0.1");
        _kernel.Sets[Name4].Members.Add("10.9.9.9");
        _kernel.Sets["cali40n:b"].Members.Add("10.0.0.1,icmp:echo-request");
        _kernel.Sets.Remove(Name6);
        await _sets.RefreshAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.1", "10.0.0.2" }));
        Assert.That(_kernel.Members("cali40n:b"), Is.EqualTo(new[] { "10.0.0.1,tcp:80" }));
        Assert.That(_kernel.Sets.Keys, Does.Contain(Name6));
    }

    [Test]
    public async Task A_set_that_another_removed_before_a_change_is_made_again()
    {
        _sets.Set(Id, IpSetKind.Nets, Nets("10.0.0.1/32"));
        await _sets.ApplyUpdatesAsync(default);
        _kernel.Sets.Remove(Name4);
        _sets.Change(Id, Nets("10.0.0.2/32"), []);
        await _sets.ApplyUpdatesAsync(default);
        Assert.That(_kernel.Members(Name4), Is.EqualTo(new[] { "10.0.0.1", "10.0.0.2" }));
        Assert.That(_sets.Problems, Is.Empty);
    }

    private KernelIpSets NewDriver() => new(new IpSetTool(_kernel.RunAsync), TimeSpan.FromSeconds(90), _time, NullLogger.Instance);

    private async Task RestartAsync(IpSetKind kind, IReadOnlyCollection<IpSetMember> members)
    {
        _kernel.Restores.Clear();
        _sets = NewDriver();
        _sets.Set(Id, kind, members);
        await _sets.ApplyUpdatesAsync(default);
    }

    private static IpSetMember[] Nets(params string[] nets) => [.. nets.Select(net => new IpSetMember(Cidr.Parse(net)))];

    private static IpSetMember[] Many(int count, int from) =>
        [.. Enumerable.Range(from, count).Select(number => new IpSetMember(IpAddress.Parse("10.0.0.0").Add((UInt128)number).ToCidr()))];
}
