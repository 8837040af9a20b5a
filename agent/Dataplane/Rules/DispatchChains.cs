using Calico.Agent.Dataplane.Iptables;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// The way from an interface's name to its workload's chain: a tree over the names, each chain of which asks for the next character that
/// tells some of them apart. So a packet meets few rules however many workloads there are, and one that comes or goes changes one or two
/// chains. An interface that is not in it is nobody's, and dropped.
/// </summary>
internal static class DispatchChains
{
    public static IEnumerable<IptablesChain> Of(IEnumerable<string> interfaceNames)
    {
        var names = interfaceNames.Where(ChainNames.IsInterfaceName).Distinct().Order(StringComparer.Ordinal).ToArray();
        return Tree(PolicyDirection.Egress, ChainNames.FromWorkloadDispatch, names)
            .Concat(Tree(PolicyDirection.Ingress, ChainNames.ToWorkloadDispatch, names));
    }

    private static List<IptablesChain> Tree(PolicyDirection direction, string root, string[] names)
    {
        var chains = new List<IptablesChain>();
        Add(chains, direction, root, names);
        return chains;
    }

    // The names are in order, so those that share a prefix stand together, and the first and last share what all do.
    private static void Add(List<IptablesChain> chains, PolicyDirection direction, string chain, ArraySegment<string> names)
    {
        var side = direction == PolicyDirection.Egress ? RuleSide.Source : RuleSide.Destination;
        var rules = new List<string>();
        var depth = names.Count == 0 ? 0 : Shared(names);
        for (var first = 0; first < names.Count;)
        {
            var group = names[first..End(names, first, depth)];
            first += group.Count;
            if (group.Count == 1)
            {
                rules.Add(RuleMatch.Any.Interface(side, group[0]).Goto(ChainNames.Workload(direction, group[0])));
                continue;
            }

            var prefix = group[0][..Shared(group)];
            var next = ChainNames.DispatchTo(direction, prefix);
            rules.Add(RuleMatch.Any.Interface(side, prefix + "+").Goto(next));
            Add(chains, direction, next, group);
        }

        rules.Add(RuleMatch.Any.Drop());
        chains.Add(new IptablesChain(chain, [.. rules]));
    }

    private static int End(ArraySegment<string> names, int first, int depth)
    {
        var end = first + 1;
        while (end < names.Count && names[first].Length > depth && names[end][depth] == names[first][depth])
        {
            end++;
        }

        return end;
    }

    private static int Shared(ArraySegment<string> names) =>
        names[0].AsSpan().CommonPrefixLength(names[^1]);
}
