using System.Globalization;

namespace Calico.Ctl.Why.Kernel;

/// <summary>Our chains of the filter table with what they have counted, from the lines of <c>iptables-save -c</c>. Pure.</summary>
internal sealed class CountedChains
{
    private const string OurPrefix = "cali-";
    private readonly Dictionary<string, List<CountedRule>> _chains = new(StringComparer.Ordinal);
    private bool _isFilter;

    /// <summary>An agent has written there.</summary>
    public bool Any => _chains.Count > 0;

    public void Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.StartsWith('*'))
        {
            _isFilter = line == "*filter";
        }
        else if (_isFilter && line.StartsWith($":{OurPrefix}", StringComparison.Ordinal))
        {
            _chains[line[1..line.IndexOf(' ', StringComparison.Ordinal)]] = [];
        }
        else if (_isFilter && line.StartsWith('['))
        {
            ReadRule(line);
        }
    }

    /// <summary>The rules of a chain; null when there is none of that name.</summary>
    public IReadOnlyList<CountedRule>? Find(string chain) => _chains.GetValueOrDefault(chain);

    // [packets:bytes] -A CHAIN RULE
    private void ReadRule(string line)
    {
        var parts = line.Split(' ', 4);
        if (parts is [var counts, "-A", var chain, var rule] && _chains.TryGetValue(chain, out var rules)
            && long.TryParse(counts.AsSpan(1, Math.Max(0, counts.IndexOf(':', StringComparison.Ordinal) - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var packets))
        {
            rules.Add(new CountedRule(packets, rule));
        }
    }
}
