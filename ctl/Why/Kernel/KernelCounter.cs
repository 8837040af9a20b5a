using Calico.Agent.Dataplane.Rules;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why.Kernel;

/// <summary>Finds the kernel's rules that make a decision. Pure.</summary>
internal static class KernelCounter
{
    private const string Drop = "-j DROP";

    /// <param name="interfaceName">Of the workload that the verdict is about.</param>
    /// <returns>Null when the interface is not of this host, or no rule of its own makes the decision.</returns>
    public static KernelCount? Of(EndpointVerdict verdict, string interfaceName, CountedChains chains)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(chains);
        var name = ChainNames.Workload(verdict.Direction, interfaceName);
        return chains.Find(name) is not { } rules ? null : verdict.Reason switch
        {
            VerdictReason.PolicyRule => OfRule(name, rules, ChainNames.Policy(verdict.Direction, verdict.Rule!.Policy), chains),
            VerdictReason.ProfileRule => OfRule(name, rules, ChainNames.Profile(verdict.Direction, verdict.Rule!.Policy.Name), chains),
            VerdictReason.EndOfTier => OfTierEnd(name, rules, verdict),
            VerdictReason.NoProfileMatch => new KernelCount(name, rules is [.., { Text: Drop }], Denied: rules is [.., var last] ? last.Packets : null),
            _ => null,
        };
    }

    private static KernelCount OfRule(string name, IReadOnlyList<CountedRule> rules, string asked, CountedChains chains)
    {
        var jump = JumpTo(rules, asked);
        return jump < 0 || chains.Find(asked) is not { } own
            ? new KernelCount(name, IsInForce: false)
            : new KernelCount(name, IsInForce: true, rules[jump].Packets, PacketsAt(rules, jump + 1), own.Where(rule => rule.Text.EndsWith(Drop, StringComparison.Ordinal)).Sum(rule => rule.Packets));
    }

    // After the tier's last policy comes the return of what it allowed, and then the drop.
    private static KernelCount OfTierEnd(string name, IReadOnlyList<CountedRule> rules, EndpointVerdict verdict)
    {
        var last = verdict.Steps.First(step => step.Tier == verdict.Tier).Policies[^1];
        var drop = JumpTo(rules, ChainNames.Policy(verdict.Direction, last)) is >= 0 and var jump ? jump + 2 : rules.Count;
        var isThere = drop < rules.Count && rules[drop].Text.EndsWith(Drop, StringComparison.Ordinal);
        return new KernelCount(name, isThere, Denied: isThere ? rules[drop].Packets : null);
    }

    private static int JumpTo(IReadOnlyList<CountedRule> rules, string chain)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Text.EndsWith($"-j {chain}", StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    private static long PacketsAt(IReadOnlyList<CountedRule> rules, int index) => index < rules.Count ? rules[index].Packets : 0;
}
