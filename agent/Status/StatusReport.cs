using System.Text.Json.Serialization;
using Calico.Agent.Routing;

namespace Calico.Agent.Status;

/// <summary>The whole answer of <c>calico-agent status -o json</c>.</summary>
public sealed record StatusReport
{
    public required bool AgentRunning { get; init; }

    public AgentStatus? Agent { get; init; }

    public required bool BirdRunning { get; init; }

    public required IReadOnlyList<SessionStatus> Sessions { get; init; }

    /// <summary>What BIRD has put into the kernel.</summary>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>Everything runs that should.</summary>
    [JsonIgnore]
    public bool IsComplete => AgentRunning && (BirdRunning || Agent?.Backend != "bird");
}
