using System.Collections.Immutable;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Calc.Policies;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Calc;

internal sealed class RuleFolderTests
{
    private const int Tcp = 6;

    [Test]
    public void Neighbours_that_differ_in_nets_become_one_rule_with_all_of_them()
    {
        var folded = RuleFolder.Fold([Allow("10.0.0.1/32", 80), Allow("10.0.0.2/32", 80), Allow("10.0.0.1/32", 80)]);
        Assert.That(folded.Single().Rule.Source.Nets, Is.EqualTo([Cidr.Parse("10.0.0.1/32"), Cidr.Parse("10.0.0.2/32")]));
        Assert.That(folded.Single().Rule.Destination.Ports, Is.EqualTo([PolicyPort.Single(80)]));
    }

    [Test]
    public void Neighbours_that_differ_in_ports_become_one_rule_with_all_of_them()
    {
        var folded = RuleFolder.Fold([Allow("10.0.0.1/32", 80), Allow("10.0.0.1/32", 443)]);
        Assert.That(folded.Single().Rule.Destination.Ports, Is.EqualTo([PolicyPort.Single(80), PolicyPort.Single(443)]));
    }

    [Test]
    public void Many_that_differ_in_both_become_one_rule_with_the_pairs()
    {
        var folded = RuleFolder.Fold([.. Enumerable.Range(1, 1000).Select(number => Allow($"10.0.{number / 256}.{number % 256}/32", number))]);
        Assert.That(folded, Has.Length.EqualTo(1));
        Assert.That(folded[0].Pairs, Has.Length.EqualTo(1000));
        Assert.That(folded[0].Pairs[299], Is.EqualTo(new IpSetMember(Cidr.Parse("10.0.1.44/32"), Tcp, 300)));
        Assert.That(folded[0].PairsAreOfSource);
        Assert.That(folded[0].Rule, Is.EqualTo(new CompiledRule(RuleAction.Allow) { Protocol = Tcp }));
    }

    [Test]
    public void Nets_of_the_destination_pair_with_its_ports_too()
    {
        var folded = RuleFolder.Fold([.. Enumerable.Range(1, 5).Select(number => new CompiledRule(RuleAction.Deny)
        {
            Protocol = Tcp,
            Destination = new CompiledEntity { Nets = [Cidr.Parse($"fd00::{number}/128")], Ports = [PolicyPort.Range(number * 10, (number * 10) + 1)] },
        })]);
        Assert.That(folded.Single().Pairs, Has.Length.EqualTo(10));
        Assert.That(folded.Single().PairsAreOfSource, Is.False);
    }

    [Test]
    public void Rules_keep_their_order_where_it_matters()
    {
        var deny = Allow("10.0.0.0/8", 80) with { Action = RuleAction.Deny };
        ImmutableArray<CompiledRule> rules = [Allow("10.0.0.1/32", 80), deny, Allow("10.0.0.2/32", 80)];
        Assert.That(RuleFolder.Fold(rules).Select(folded => folded.Rule), Is.EqualTo(rules));
    }

    [Test]
    public void Each_Log_rule_stays_a_rule_of_its_own()
    {
        ImmutableArray<CompiledRule> rules = [.. Enumerable.Range(1, 6).Select(number => Allow($"10.0.0.{number}/32", number) with { Action = RuleAction.Log })];
        Assert.That(RuleFolder.Fold(rules).Select(folded => folded.Rule), Is.EqualTo(rules));
    }

    [Test]
    public void What_differs_in_anything_else_is_not_joined()
    {
        ImmutableArray<CompiledRule> rules = [Allow("10.0.0.1/32", 80), Allow("10.0.0.2/32", 80) with { Protocol = 17 }, Allow("10.0.0.3/32", 80) with { Family = IpFamily.IPv4 }];
        Assert.That(RuleFolder.Fold(rules).Select(folded => folded.Rule), Is.EqualTo(rules));
    }

    [TestCase(-5, 70_000)]
    [TestCase(90, 80)]
    [TestCase(0, 65_535)]
    public void Ports_that_no_set_can_hold_stay_rules(int first, int last)
    {
        ImmutableArray<CompiledRule> rules =
            [.. Enumerable.Range(1, 6).Select(number => Allow($"10.0.0.{number}/32", number) with { Destination = new CompiledEntity { Ports = [PolicyPort.Range(first, last + number)] } })];
        Assert.That(RuleFolder.Fold(rules).Select(folded => folded.Pairs.Length), Is.All.Zero);
    }

    private static CompiledRule Allow(string source, int port) => new(RuleAction.Allow)
    {
        Protocol = Tcp,
        Source = new CompiledEntity { Nets = [Cidr.Parse(source)] },
        Destination = new CompiledEntity { Ports = [PolicyPort.Single(port)] },
    };
}
