namespace Calico.Agent.Dataplane.Iptables;

/// <summary>What one family's tables hold, as far as it concerns us.</summary>
/// <param name="Unreadable">Tables with rules in them that the tool cannot print.</param>
internal sealed record KernelTables(IReadOnlyDictionary<IptablesTable, KernelTable> Tables, IReadOnlyCollection<IptablesTable> Unreadable)
{
    /// <summary>How many rules of others there are.</summary>
    public int ForeignRules => Tables.Values.Sum(table => table.ForeignRules);
}
