namespace Calico.Agent.Dataplane.IpSets;

/// <summary>What we know of a set in the kernel.</summary>
internal enum IpSetPresence
{
    Absent,

    /// <summary>It is there, and we know in what it differs.</summary>
    InKernel,

    /// <summary>It is there; its members are to be written anew.</summary>
    Unknown,

    /// <summary>Another kind of set has its name.</summary>
    OfOtherType,
}
