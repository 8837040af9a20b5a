using System.Collections.Immutable;
using Calico.Policy.Compiled;

namespace Calico.Policy.Evaluation;

/// <summary>How a tier ended for a packet.</summary>
public enum TierOutcome
{
    /// <summary>A rule allowed or denied.</summary>
    Decided,

    /// <summary>A rule passed the packet on.</summary>
    PassedByRule,

    /// <summary>No rule matched, and that leaves it to what comes next: the tier's default action is Pass, or the stage is one before the normal one.</summary>
    PassedAtEnd,

    /// <summary>No rule matched, and the tier denies what its policies select.</summary>
    DeniedAtEnd,
}

/// <summary>A tier on the way of a packet. Tiers without a policy for the endpoint are not on it.</summary>
/// <param name="Policies">Those that select the endpoint in this direction, in the order in which they were asked: the last one decided, if one did.</param>
public sealed record TierStep(string Tier, ImmutableArray<PolicyId> Policies, TierOutcome Outcome);
