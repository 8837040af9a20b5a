using System.Text;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;

namespace Calico.Tests.Golden.Iptables;

/// <summary>Chains as text that <c>iptables-restore --noflush</c> takes, and rules by chain.</summary>
internal static class RuleText
{
    public static string Of(IReadOnlyCollection<TableChain> chains, IReadOnlyCollection<TableHook> hooks)
    {
        var text = new StringBuilder();
        foreach (var table in Enum.GetValues<IptablesTable>())
        {
            var own = chains.Where(chain => chain.Table == table).Select(chain => chain.Chain).OrderBy(chain => chain.Name, StringComparer.Ordinal).ToList();
            text.Append('*').AppendLine(table.ToString().ToLowerInvariant());
            own.ForEach(chain => text.AppendLine($":{chain.Name} - [0:0]"));
            foreach (var (_, hook) in hooks.Where(hook => hook.Table == table))
            {
                Append(text, hook.KernelChain, hook.First.Concat(hook.Last));
            }

            own.ForEach(chain => Append(text, chain.Name, chain.Rules));
            text.AppendLine("COMMIT");
        }

        return text.ToString();
    }

    /// <summary>The rules of each chain, by table and chain, in order.</summary>
    public static Dictionary<string, List<string>> ByChain(string text)
    {
        var chains = new Dictionary<string, List<string>>();
        var table = "";
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', 3);
            if (line.StartsWith('*'))
            {
                table = line[1..];
            }
            else if (line.StartsWith(':'))
            {
                chains.TryAdd($"{table} {words[0][1..]}", []);
            }
            else if (words[0] == "-A")
            {
                var chain = $"{table} {words[1]}";
                chains.TryAdd(chain, []);
                chains[chain].Add(words[2]);
            }
        }

        return chains;
    }

    private static void Append(StringBuilder text, string chain, IEnumerable<string> rules)
    {
        foreach (var rule in rules)
        {
            text.AppendLine($"-A {chain} {rule}");
        }
    }
}
