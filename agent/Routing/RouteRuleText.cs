using Calico.Agent.Routing.Plan;

namespace Calico.Agent.Routing;

/// <summary>A rule for routes in BIRD's language. Pure.</summary>
internal static class RouteRuleText
{
    /// <summary>One statement, such as <c>if net ~ [ 10.0.0.0/8{16,24} ] then reject;</c>.</summary>
    public static string Of(RouteRule rule)
    {
        var verdict = rule.Accepts ? "accept;" : "reject;";
        var conditions = Conditions(rule).ToList();
        return conditions.Count == 0 ? verdict : $"if {string.Join(" && ", conditions)} then {verdict}";
    }

    private static IEnumerable<string> Conditions(RouteRule rule)
    {
        if (rule.Prefix is { } prefix)
        {
            yield return prefix.Lengths is { } lengths
                ? Inside(prefix, lengths.Min, lengths.Max)
                : $"net {(prefix.Negated ? "!=" : "=")} {prefix.Cidr}";
        }

        if (rule.FromPeers)
        {
            yield return "source = RTS_BGP";
        }

        if (rule.Interface is not null)
        {
            // A route through a gateway may have no interface of its own.
            yield return $"defined(ifname) && ifname ~ \"{rule.Interface}\"";
        }

        if (rule.AsPath.Count > 0)
        {
            yield return $"bgp_path ~ [= {string.Join(' ', rule.AsPath)} * =]";
        }
    }

    // A range that is empty, as no prefix inside a /24 has 16 bits, cannot be written: nothing is in it.
    private static string Inside(PrefixMatch prefix, int min, int max) =>
        min > max ? (prefix.Negated ? "true" : "false") : $"net {(prefix.Negated ? "!~" : "~")} [ {prefix.Cidr}{{{min},{max}}} ]";
}
