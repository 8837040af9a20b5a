namespace Calico.Ctl.Nodes;

/// <summary>Whether something that a node needs is there.</summary>
internal enum SystemCheckState
{
    Ok,
    Missing,

    /// <summary>Nobody here can tell, as for modules of a kernel whose files are not at hand.</summary>
    Unknown,
}
