using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;

namespace Calico.Controller.Ipam;

/// <summary>What one look led to.</summary>
internal sealed record CollectorPlan
{
    /// <summary>To be taken back now, those of nodes that left first.</summary>
    public required ImmutableArray<Leak> Leaks { get; init; }

    public required ImmutableArray<Question> Questions { get; init; }

    /// <summary>Questions, by node and subject, that have become pointless.</summary>
    public required ImmutableArray<(string Node, string Subject)> Withdrawals { get; init; }

    public required ImmutableArray<BlockRelease> Blocks { get; init; }

    /// <summary>To be handed to the next look.</summary>
    public required ImmutableDictionary<string, Observation> Observations { get; init; }

    /// <summary>Everything that looks left over, whether it may be taken back yet or not.</summary>
    public required ImmutableArray<Leak> Candidates { get; init; }

    /// <summary>What looks left over and what its node says is in use, with the node's evidence.</summary>
    public required ImmutableArray<(Holding Holding, string Evidence)> Vetoes { get; init; }
}
