namespace Calico.Agent.Dataplane;

/// <summary>What the loop has brought into the kernel, as of its last apply.</summary>
public sealed record DataplaneStatus
{
    /// <summary>The datastore was read to its end; nothing is written before.</summary>
    public bool IsInSync { get; init; }

    /// <summary>The datastore's revision up to which everything is in the kernel; 0 before the first apply.</summary>
    public long ProgrammedRevision { get; init; }

    public bool HasApplied => ProgrammedRevision > 0;

    /// <summary>The firewall that the rules are in; empty before the first apply.</summary>
    public string Backend { get; init; } = "";

    public int WorkloadEndpoints { get; init; }

    public int HostEndpoints { get; init; }

    public int Policies { get; init; }

    public int Profiles { get; init; }

    public int IpSets { get; init; }

    /// <summary>Of both families together.</summary>
    public int Chains { get; init; }

    public long Applies { get; init; }

    /// <summary>How long the last apply took.</summary>
    public TimeSpan ApplyTime { get; init; }

    /// <summary>From the moment the first change of the last apply was known until it was in the kernel.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What could not be done and is being tried again.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Workloads that the kernel does not have yet as the datastore has them, for longer than usual. What is new among them is dropped.</summary>
    public IReadOnlyList<string> LateEndpoints { get; init; } = [];
}
