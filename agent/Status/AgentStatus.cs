using System.Text.Json.Serialization;

namespace Calico.Agent.Status;

/// <summary>What the agent writes about itself for <c>calico-agent status</c>.</summary>
internal sealed record AgentStatus
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
}

/// <summary>The whole answer of <c>calico-agent status -o json</c>.</summary>
internal sealed record StatusReport
{
    public required bool AgentRunning { get; init; }

    public AgentStatus? Agent { get; init; }

    public required bool BirdRunning { get; init; }

    public required IReadOnlyList<Routing.SessionStatus> Sessions { get; init; }

    /// <summary>What BIRD has put into the kernel.</summary>
    public required IReadOnlyList<string> Routes { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AgentStatus))]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
