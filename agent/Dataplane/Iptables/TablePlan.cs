using System.Globalization;
using System.Text;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>One transaction on one table.</summary>
/// <param name="Replaced">Chains of ours with all their rules.</param>
/// <param name="Removed">Chains of ours that nothing uses after it.</param>
internal sealed record TablePlan(
    IptablesTable Table, IReadOnlyList<IptablesChain> Replaced, IReadOnlyList<HookChange> Hooks, IReadOnlyList<string> Removed)
{
    public bool IsEmpty => Replaced.Count == 0 && Hooks.Count == 0 && Removed.Count == 0;

    /// <summary>Appends the text for <c>iptables-restore --noflush</c>. Chains stand first: the tool wants to know a chain before a rule names it.</summary>
    public void AppendTo(StringBuilder text)
    {
        text.Append('*').Append(Table.Name()).Append('\n');
        foreach (var name in Replaced.Select(chain => chain.Name).Concat(Removed))
        {
            text.Append(':').Append(name).Append(" - [0:0]\n");
        }

        foreach (var chain in Replaced)
        {
            AppendRules(text, chain.Name, chain.Rules);
        }

        foreach (var hook in Hooks)
        {
            AppendHook(text, hook);
        }

        foreach (var name in Removed)
        {
            text.Append("-X ").Append(name).Append('\n');
        }

        text.Append("COMMIT\n");
    }

    private static void AppendRules(StringBuilder text, string chain, IEnumerable<string> rules)
    {
        foreach (var rule in rules)
        {
            text.Append("-A ").Append(chain).Append(' ').Append(rule).Append('\n');
        }
    }

    private static void AppendHook(StringBuilder text, HookChange hook)
    {
        foreach (var rule in hook.Deleted)
        {
            text.Append("-D ").Append(hook.Chain).Append(' ').Append(rule).Append('\n');
        }

        for (var place = 0; place < hook.First.Count; place++)
        {
            text.Append(CultureInfo.InvariantCulture, $"-I {hook.Chain} {place + 1} {hook.First[place]}\n");
        }

        AppendRules(text, hook.Chain, hook.Last);
    }
}
