namespace Calico.Agent.Dataplane.Iptables;

/// <summary>The tables we write, in the order in which the kernel asks them.</summary>
internal enum IptablesTable
{
    Raw,
    Mangle,
    Nat,
    Filter,
}
