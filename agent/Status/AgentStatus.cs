namespace Calico.Agent.Status;

/// <summary>What the agent writes about itself for <c>calico-agent status</c>.</summary>
public sealed record AgentStatus
{
    public required string Version { get; init; }

    public required string Node { get; init; }

    public required int ProcessId { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required string Backend { get; init; }

    /// <summary>CIDRs of the blocks that this node owns.</summary>
    public required IReadOnlyList<string> Blocks { get; init; }

    /// <summary>What is left out of routing, and why.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Null in the file of an agent that knew no policy.</summary>
    public PolicyStatus? Policy { get; init; }

    /// <summary>Null in the file of an agent that knew no reserve.</summary>
    public ReserveStatus? Reserve { get; init; }
}
