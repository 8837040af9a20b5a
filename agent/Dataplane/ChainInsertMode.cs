namespace Calico.Agent.Dataplane;

/// <summary>Where our jumps stand in the kernel's chains: before everybody else's rules, or after.</summary>
public enum ChainInsertMode
{
    Insert,
    Append,
}
