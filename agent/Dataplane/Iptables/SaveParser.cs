namespace Calico.Agent.Dataplane.Iptables;

/// <summary>Reads what <c>iptables-save</c> prints. Of the rules of others only their place is kept.</summary>
internal static class SaveParser
{
    public static KernelTables Parse(ReadOnlySpan<char> text)
    {
        var tables = new Dictionary<IptablesTable, KernelTable>();
        var unreadable = new List<IptablesTable>();
        TableReader? reader = null;
        foreach (var line in text.EnumerateLines())
        {
            if (line.StartsWith('*'))
            {
                reader = TryTable(line[1..], out var table) ? new TableReader(tables[table] = new KernelTable()) : null;
            }
            else if (line.StartsWith("# Table `", StringComparison.Ordinal) && line.Contains("is incompatible", StringComparison.Ordinal))
            {
                AddUnreadable(line, unreadable);
            }
            else if (line.SequenceEqual("COMMIT"))
            {
                reader?.End();
                reader = null;
            }
            else
            {
                reader?.Read(line);
            }
        }

        return new KernelTables(tables, unreadable);
    }

    private static void AddUnreadable(ReadOnlySpan<char> line, List<IptablesTable> unreadable)
    {
        var name = line["# Table `".Length..];
        var end = name.IndexOf('\'');
        if (end > 0 && TryTable(name[..end], out var table))
        {
            unreadable.Add(table);
        }
    }

    private static bool TryTable(ReadOnlySpan<char> name, out IptablesTable table)
    {
        foreach (var candidate in IptablesTableNames.All)
        {
            if (name.SequenceEqual(candidate.Name()))
            {
                table = candidate;
                return true;
            }
        }

        table = default;
        return false;
    }

    private sealed class TableReader(KernelTable table)
    {
        private readonly Dictionary<string, List<string>> _ours = [];

        public void Read(ReadOnlySpan<char> line)
        {
            if (line.StartsWith(':'))
            {
                ReadChain(line[1..]);
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                ReadRule(line["-A ".Length..]);
            }
        }

        public void End()
        {
            foreach (var (name, rules) in _ours)
            {
                table.Chains[name] = [.. rules];
            }
        }

        // NAME POLICY [packets:bytes]
        private void ReadChain(ReadOnlySpan<char> line)
        {
            var name = line[..line.IndexOf(' ')].ToString();
            if (OurChains.Contain(name))
            {
                _ours[name] = [];
            }
            else
            {
                table.Foreign[name] = [];
            }
        }

        private void ReadRule(ReadOnlySpan<char> line)
        {
            var space = line.IndexOf(' ');
            var name = space < 0 ? line : line[..space];
            var rule = space < 0 ? default : line[(space + 1)..];
            if (_ours.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var rules))
            {
                rules.Add(rule.ToString());
            }
            else if (table.Foreign.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var places))
            {
                places.Add(OurChains.AreTargetOf(rule) ? rule.ToString() : null);
            }
        }
    }
}
