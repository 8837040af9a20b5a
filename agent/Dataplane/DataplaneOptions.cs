using System.Collections.Immutable;
using Calico.Policy.Evaluation;

namespace Calico.Agent.Dataplane;

/// <summary>How this node's kernel is programmed. What the settings mean is upstream's (FELIX_...).</summary>
public sealed record DataplaneOptions
{
    /// <summary>The least number of mark bits that the rules need.</summary>
    public const int MarkBits = 5;

    /// <summary>What the names of pods' host ends begin with.</summary>
    public ImmutableArray<string> InterfacePrefixes { get; init; } = ["cali"];

    /// <summary>False: IPv6 is left alone altogether.</summary>
    public bool WithIPv6 { get; init; } = true;

    public IptablesBackend Backend { get; init; } = IptablesBackend.Auto;

    /// <summary>The bits of packets' marks that are ours, from the lowest on: accept, pass, drop, scratch 0, scratch 1.</summary>
    public uint MarkMask { get; init; } = 0xffff0000;

    /// <summary>What becomes of a packet from a workload to its own host after the workload's policy allowed it.</summary>
    public EndpointToHostAction EndpointToHost { get; init; } = EndpointToHostAction.Drop;

    /// <summary>What an allowed packet meets in the filter table: nothing more (Accept), or the rules of others (Return).</summary>
    public FilterAllowAction FilterAllow { get; init; } = FilterAllowAction.Accept;

    public ChainInsertMode ChainInsert { get; init; } = ChainInsertMode.Insert;

    public NatOutgoingExclusions NatOutgoingExclusions { get; init; } = NatOutgoingExclusions.IPPoolsOnly;

    public WorkloadSourceSpoofing WorkloadSourceSpoofing { get; init; } = WorkloadSourceSpoofing.Disabled;

    public ImmutableArray<FailsafePort> FailsafeInbound { get; init; } = new HostSettings().FailsafeInbound;

    public ImmutableArray<FailsafePort> FailsafeOutbound { get; init; } = new HostSettings().FailsafeOutbound;

    /// <summary>Tracked connections that policy now denies are ended; false: they live until their ends close them, as upstream's do.</summary>
    public bool CutsDeniedFlows { get; init; } = true;

    /// <summary>How often the kernel's tables are read and compared as a whole; zero: never.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>The interface is the host end of a pod, by its name.</summary>
    public bool IsWorkloadInterface(string name) => InterfacePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
