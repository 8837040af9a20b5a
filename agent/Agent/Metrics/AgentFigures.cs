using Calico.Agent.Api.Outage;
using Calico.Agent.Dataplane;
using Calico.Agent.Routing;

namespace Calico.Agent.Metrics;

/// <summary>How the agent's parts are at the moment of a scrape.</summary>
internal sealed record AgentFigures
{
    /// <summary>The datastore was read to its end.</summary>
    public required bool IsInSync { get; init; }

    /// <summary>The node can take pods.</summary>
    public required bool IsReady { get; init; }

    /// <summary>How often the datastore was read as a whole.</summary>
    public required long Resyncs { get; init; }

    public required bool IsStoreConnected { get; init; }

    public required long StoreFailures { get; init; }

    public required OutageStatus Outage { get; init; }

    /// <summary>Null when policy is not enforced.</summary>
    public required DataplaneStatus? Dataplane { get; init; }

    /// <summary>Empty when BIRD does not run, or is not to.</summary>
    public required IReadOnlyList<SessionStatus> Sessions { get; init; }

    /// <summary>Stored objects that are wrong or lack what they need.</summary>
    public required int ObjectProblems { get; init; }

    /// <summary>What is left out of routing.</summary>
    public required int RoutingProblems { get; init; }
}
