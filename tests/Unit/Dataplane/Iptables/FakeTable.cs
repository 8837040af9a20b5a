using System.Globalization;
using System.Text;

namespace Calico.Tests.Unit.Dataplane.Iptables;

/// <summary>One table as the kernel keeps it: chains in the order they were made, rules as text.</summary>
internal sealed class FakeTable
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, List<string>> _chains = [];

    public FakeTable(params IEnumerable<string> builtIn)
    {
        foreach (var chain in builtIn)
        {
            Add(chain);
        }
    }

    public IEnumerable<string> Chains => _order;

    public List<string> this[string chain] => _chains[chain];

    public bool Has(string chain) => _chains.ContainsKey(chain);

    public void Add(string chain)
    {
        if (_chains.TryAdd(chain, []))
        {
            _order.Add(chain);
        }

        _chains[chain].Clear();
    }

    public FakeTable Copy()
    {
        var copy = new FakeTable(_order);
        foreach (var chain in _order)
        {
            copy[chain].AddRange(_chains[chain]);
        }

        return copy;
    }

    /// <summary>Whether the command could be done.</summary>
    public bool Do(string line)
    {
        var words = line.Split(' ', 3);
        if (line.StartsWith(':'))
        {
            Add(words[0][1..]);
            return true;
        }

        if (!Has(words[1]))
        {
            return false;
        }

        switch (words[0])
        {
            case "-A" when IsJumpKnown(words[2]):
                _chains[words[1]].Add(words[2]);
                return true;
            case "-I" when words[2].Split(' ', 2) is [var place, var rule] && IsJumpKnown(rule):
                _chains[words[1]].Insert(int.Parse(place, CultureInfo.InvariantCulture) - 1, rule);
                return true;
            case "-D":
                return _chains[words[1]].Remove(words[2]);
            case "-X" when _chains[words[1]].Count == 0 && !_chains.Values.SelectMany(rules => rules).Any(rule => TargetOf(rule) == words[1]):
                _order.Remove(words[1]);
                return _chains.Remove(words[1]);
            default:
                return false;
        }
    }

    public void AppendTo(StringBuilder text, Func<string, string> print)
    {
        foreach (var chain in _order)
        {
            text.Append(':').Append(chain).Append(chain.Any(char.IsLower) ? " - [0:0]\n" : " ACCEPT [0:0]\n");
        }

        foreach (var chain in _order)
        {
            _chains[chain].ForEach(rule => text.Append("-A ").Append(chain).Append(' ').Append(print(rule)).Append('\n'));
        }
    }

    private bool IsJumpKnown(string rule) => TargetOf(rule) is var target && (!target.StartsWith("cali-", StringComparison.Ordinal) || Has(target));

    private static string TargetOf(string rule) => rule.Split(' ')[^1];
}
