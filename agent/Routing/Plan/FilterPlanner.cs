using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Agent.Routing.Plan;

/// <summary>Turns the BGPFilters that a BGPPeer names into rules. A session with half of its rules would announce or accept too much, so it is all or nothing.</summary>
internal sealed class FilterPlanner(IReadOnlyList<Resource<BgpFilterSpec>> filters)
{
    /// <summary>Null without filters.</summary>
    /// <exception cref="UnusablePeerException">A filter is missing, wrong, or asks for what is not supported.</exception>
    public RouteFilter? Plan(IReadOnlyList<string>? names, IpFamily family, bool isInternal)
    {
        if (names is not { Count: > 0 })
        {
            return null;
        }

        var specs = names.Select(Find).ToList();
        return new RouteFilter(
            string.Join(", ", names),
            isInternal,
            Rules(specs, spec => family == IpFamily.IPv4 ? spec.ImportV4 : spec.ImportV6),
            Rules(specs, spec => family == IpFamily.IPv4 ? spec.ExportV4 : spec.ExportV6));

        List<RouteRule> Rules(List<BgpFilterSpec> of, Func<BgpFilterSpec, IReadOnlyList<BgpFilterRule>?> direction) =>
        [
            .. from spec in of
               from rule in direction(spec) ?? []
               where rule.PeerType is null || rule.PeerType == "iBGP" == isInternal
               select Rule(rule, family),
        ];
    }

    private BgpFilterSpec Find(string name)
    {
        var filter = filters.FirstOrDefault(filter => filter.Metadata.Name == name)
                     ?? throw new UnusablePeerException($"its BGPFilter {name} does not exist");
        if (FilterValidator.Validate(filter) is [var error, ..])
        {
            throw new UnusablePeerException($"its BGPFilter {name} is wrong: {error.Field} {error.Problem}");
        }

        var rules = new[] { filter.Spec.ImportV4, filter.Spec.ExportV4, filter.Spec.ImportV6, filter.Spec.ExportV6 }.SelectMany(rules => rules ?? []);
        return rules.SelectMany(rule => rule.Unknown?.Keys ?? Enumerable.Empty<string>()).Order(StringComparer.Ordinal).FirstOrDefault() is { } field
            ? throw new UnusablePeerException($"its BGPFilter {name} has a rule with {field}, which is not supported")
            : filter.Spec;
    }

    private static RouteRule Rule(BgpFilterRule rule, IpFamily family) => new()
    {
        Accepts = rule.Action == "Accept",
        Prefix = rule.Cidr is null ? null : Prefix(rule, Cidr.Parse(rule.Cidr), family),
        FromPeers = rule.Source is not null,
        Interface = rule.Interface,
        AsPath = [.. (rule.AsPathPrefix ?? []).Select(number => number.Value)],
    };

    private static PrefixMatch Prefix(BgpFilterRule rule, Cidr cidr, IpFamily family)
    {
        (int, int)? lengths = rule.MatchOperator is "In" or "NotIn"
            ? (Math.Max(rule.PrefixLength?.Min ?? 0, cidr.PrefixLength), rule.PrefixLength?.Max ?? family.Bits())
            : null;
        return new PrefixMatch(cidr, lengths, rule.MatchOperator!.StartsWith("Not", StringComparison.Ordinal));
    }
}
