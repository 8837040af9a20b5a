namespace Calico.Agent.Dataplane.Iptables;

internal static class IptablesTableNames
{
    public static IReadOnlyList<IptablesTable> All { get; } = [IptablesTable.Raw, IptablesTable.Mangle, IptablesTable.Nat, IptablesTable.Filter];

    public static string Name(this IptablesTable table) => table switch
    {
        IptablesTable.Raw => "raw",
        IptablesTable.Mangle => "mangle",
        IptablesTable.Nat => "nat",
        _ => "filter",
    };
}
