namespace Calico.Agent.Dataplane.Iptables;

/// <summary>Reads what <c>iptables-save</c> prints, line by line. Of the rules of others only their place is kept.</summary>
internal sealed class SavedTablesReader
{
    private readonly Dictionary<IptablesTable, KernelTable> _tables = [];
    private readonly List<IptablesTable> _unreadable = [];
    private TableReader? _table;

    /// <summary>After the last line.</summary>
    public KernelTables Tables => new(_tables, _unreadable);

    public void Read(ReadOnlySpan<char> line)
    {
        if (line.StartsWith('*'))
        {
            _table = TryTable(line[1..], out var table) ? new TableReader(_tables[table] = new KernelTable()) : null;
        }
        else if (line.StartsWith("# Table `", StringComparison.Ordinal) && line.Contains("is incompatible", StringComparison.Ordinal))
        {
            AddUnreadable(line);
        }
        else if (line.SequenceEqual("COMMIT"))
        {
            _table?.End();
            _table = null;
        }
        else
        {
            _table?.Read(line);
        }
    }

    private void AddUnreadable(ReadOnlySpan<char> line)
    {
        var name = line["# Table `".Length..];
        var end = name.IndexOf('\'');
        if (end > 0 && TryTable(name[..end], out var table))
        {
            _unreadable.Add(table);
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

        // NAME POLICY [packets:bytes]; another user's chain has no policy, but it is something in the table.
        private void ReadChain(ReadOnlySpan<char> line)
        {
            var space = line.IndexOf(' ');
            var name = line[..space].ToString();
            if (OurChains.Contain(name))
            {
                _ours[name] = [];
            }
            else
            {
                table.Foreign[name] = [];
                table.HasPolicy |= !line[(space + 1)..].StartsWith("ACCEPT ", StringComparison.Ordinal);
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
