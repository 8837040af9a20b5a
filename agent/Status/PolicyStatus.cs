namespace Calico.Agent.Status;

/// <summary>What of policy is in the kernel.</summary>
public sealed record PolicyStatus
{
    /// <summary>False: CALICO_POLICY is off, and nothing is filtered.</summary>
    public required bool Enforced { get; init; }

    /// <summary>The firewall that the rules are in; empty before it is chosen.</summary>
    public string Backend { get; init; } = "";

    public bool InSync { get; init; }

    /// <summary>The datastore's revision up to which everything that concerns this node is in the kernel; 0 for nothing yet.</summary>
    public long Revision { get; init; }

    public int WorkloadEndpoints { get; init; }

    public int HostEndpoints { get; init; }

    public int Policies { get; init; }

    public int Profiles { get; init; }

    public int IpSets { get; init; }

    public int Chains { get; init; }

    /// <summary>How long the last apply took, in milliseconds.</summary>
    public double ApplyMilliseconds { get; init; }

    /// <summary>From the time the agent heard of the last change until it was in the kernel, in milliseconds.</summary>
    public double LatencyMilliseconds { get; init; }

    /// <summary>Stored objects that are wrong.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What cannot be brought into the kernel.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Workloads that the kernel does not have yet as they are stored.</summary>
    public IReadOnlyList<string> LateEndpoints { get; init; } = [];
}
