using System.Collections.Immutable;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>
/// Makes few rules of many that say the same with other nets and ports. Rules that stand next to each other and do the same to what they
/// match have no order among them: those that differ in one list become one with all of it, those that differ in nets and ports one with
/// all pairs. For a packet and for each change of a table that is the difference between a set and thousands of rules. Pure.
/// </summary>
internal static class RuleFolder
{
    /// <summary>Fewer are left as they are: a set costs the kernel more than three rules do.</summary>
    public const int LeastOfASet = 4;

    // What one rule may bring into a set of pairs, and what such a set may hold.
    private const int MostPortsOfARule = 64;
    private const int MostPairs = 1 << 16;

    private delegate CompiledRule With(CompiledRule rule, IEnumerable<CompiledRule> others);

    public static ImmutableArray<FoldedRule> Fold(ImmutableArray<CompiledRule> rules)
    {
        if (rules.Length < 2)
        {
            return [.. rules.Select(rule => new FoldedRule(rule))];
        }

        var folded = ImmutableArray.CreateBuilder<FoldedRule>();
        for (var first = 0; first < rules.Length;)
        {
            var end = first + 1;
            while (end < rules.Length && rules[end].Action == rules[first].Action && rules[first].Action != RuleAction.Log)
            {
                end++;
            }

            folded.AddRange(FoldRun(rules[first..end]));
            first = end;
        }

        return folded.ToImmutable();
    }

    private static IEnumerable<FoldedRule> FoldRun(IEnumerable<CompiledRule> run)
    {
        run = Joined(run, rule => rule.Source.Nets.Length > 0, WithSourceNets);
        run = Joined(run, rule => rule.Destination.Nets.Length > 0, WithDestinationNets);
        run = Joined(run, rule => rule.Destination.Ports.Length > 0, WithPorts);
        return Pairs(Pairs(run.Select(rule => new FoldedRule(rule)), ofSource: true), ofSource: false);
    }

    private static List<CompiledRule> Joined(IEnumerable<CompiledRule> run, Func<CompiledRule, bool> canJoin, With with) =>
        [.. Alike(run, canJoin, rule => with(rule, [])).Select(alike => alike.Count == 1 ? alike[0] : with(alike[0], alike))];

    private static IEnumerable<FoldedRule> Pairs(IEnumerable<FoldedRule> run, bool ofSource)
    {
        foreach (var alike in Alike(run, rule => CanPair(rule, ofSource), rule => WithoutPair(rule.Rule, ofSource)))
        {
            var pairs = alike.Count < LeastOfASet ? [] : alike.SelectMany(rule => PairsOf(rule.Rule, ofSource)).Distinct().Take(MostPairs + 1).ToImmutableArray();
            if (pairs.Length is 0 or > MostPairs)
            {
                foreach (var rule in alike)
                {
                    yield return rule;
                }
            }
            else
            {
                yield return new FoldedRule(WithoutPair(alike[0].Rule, ofSource)) { Pairs = pairs, PairsAreOfSource = ofSource };
            }
        }
    }

    /// <summary>Those whose rest is the same, in the order in which the first of each came; a rule that cannot be joined is alone.</summary>
    private static List<List<T>> Alike<T, TRest>(IEnumerable<T> run, Func<T, bool> canJoin, Func<T, TRest> rest)
        where TRest : notnull
    {
        var groups = new List<List<T>>();
        var byRest = new Dictionary<TRest, List<T>>();
        foreach (var rule in run)
        {
            if (!canJoin(rule))
            {
                groups.Add([rule]);
                continue;
            }

            var key = rest(rule);
            if (!byRest.TryGetValue(key, out var group))
            {
                byRest.Add(key, group = []);
                groups.Add(group);
            }

            group.Add(rule);
        }

        return groups;
    }

    private static CompiledRule WithSourceNets(CompiledRule rule, IEnumerable<CompiledRule> alike) =>
        rule with { Source = rule.Source with { Nets = [.. alike.SelectMany(other => other.Source.Nets).Distinct()] } };

    private static CompiledRule WithDestinationNets(CompiledRule rule, IEnumerable<CompiledRule> alike) =>
        rule with { Destination = rule.Destination with { Nets = [.. alike.SelectMany(other => other.Destination.Nets).Distinct()] } };

    private static CompiledRule WithPorts(CompiledRule rule, IEnumerable<CompiledRule> alike) =>
        rule with { Destination = rule.Destination with { Ports = [.. alike.SelectMany(other => other.Destination.Ports).Distinct()] } };

    // The kernel's sets of pairs hold no net of all addresses.
    private static bool CanPair(FoldedRule folded, bool ofSource)
    {
        var rule = folded.Rule;
        var nets = ofSource ? rule.Source.Nets : rule.Destination.Nets;
        return folded.Pairs.Length == 0 && rule.Protocol is 6 or 17 or 132
            && nets.Length > 0 && nets.All(net => net.PrefixLength > 0)
            && rule.Destination.Ports.Length > 0 && rule.Destination.Ports.All(port => port is { IsNamed: false, First: >= 0, Last: <= ushort.MaxValue } && port.First <= port.Last)
            && rule.Destination.Ports.Sum(port => port.Last - port.First + 1) <= MostPortsOfARule;
    }

    private static CompiledRule WithoutPair(CompiledRule rule, bool ofSource)
    {
        var rest = WithPorts(rule, []);
        return ofSource ? WithSourceNets(rest, []) : WithDestinationNets(rest, []);
    }

    private static IEnumerable<IpSetMember> PairsOf(CompiledRule rule, bool ofSource) =>
        from net in ofSource ? rule.Source.Nets : rule.Destination.Nets
        from ports in rule.Destination.Ports
        from port in Enumerable.Range(ports.First, ports.Last - ports.First + 1)
        select new IpSetMember(net, rule.Protocol!.Value, port);
}
