namespace Calico.Agent.Dataplane.Iptables;

/// <summary>How what is ours is known among the rules of others.</summary>
internal static class OurChains
{
    private const string Prefix = "cali-";

    public static bool Contain(ReadOnlySpan<char> chain) => chain.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether the rule jumps to a chain of ours. Only a rule's end can say so: no other place is safe from a quoted comment.</summary>
    public static bool AreTargetOf(ReadOnlySpan<char> rule) => Contain(TargetOf(rule));

    /// <summary>The chain a rule jumps to, as its last word; empty where it ends in something else.</summary>
    public static ReadOnlySpan<char> TargetOf(ReadOnlySpan<char> rule)
    {
        var last = rule.LastIndexOf(' ');
        if (last < 0 || rule.EndsWith('"'))
        {
            return default;
        }

        var before = rule[..last];
        return before.EndsWith("-j", StringComparison.Ordinal) || before.EndsWith("-g", StringComparison.Ordinal) ? rule[(last + 1)..] : default;
    }
}
