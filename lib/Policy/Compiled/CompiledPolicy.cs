using System.Collections.Immutable;
using Calico.Policy.Selectors;
using Calico.Policy.Validation;

namespace Calico.Policy.Compiled;

/// <summary>A policy, ready to match and to render. Compares by content.</summary>
public sealed record CompiledPolicy(PolicyId Id, string Tier, double? Order, Selector Selector, EffectivePolicyTypes Types)
{
    public ImmutableArray<CompiledRule> IngressRules { get; init; } = [];

    public ImmutableArray<CompiledRule> EgressRules { get; init; } = [];

    /// <summary>Kept and shown, never enforced.</summary>
    public bool Staged { get; init; }

    public bool DoNotTrack { get; init; }

    public bool PreDnat { get; init; }

    public bool ApplyOnForward { get; init; }

    /// <summary>Why the policy is not enforced as written but denies what it selects; empty for a valid one.</summary>
    public ImmutableArray<ValidationError> Errors { get; init; } = [];

    public ImmutableArray<CompiledRule> Rules(PolicyDirection direction) =>
        direction == PolicyDirection.Ingress ? IngressRules : EgressRules;

    /// <summary>True when the policy decides in this direction at this stage of an endpoint that it selects.</summary>
    public bool AppliesTo(PolicyDirection direction, PolicyStage stage) => Types.Includes(direction) && stage switch
    {
        PolicyStage.Untracked => DoNotTrack,
        PolicyStage.PreDnat => PreDnat,
        PolicyStage.Forward => ApplyOnForward && !DoNotTrack && !PreDnat,
        _ => !DoNotTrack && !PreDnat,
    };

    public bool Equals(CompiledPolicy? other) =>
        other is not null
        && Id == other.Id && Tier == other.Tier && Nullable.Equals(Order, other.Order)
        && Selector.Equals(other.Selector) && Types == other.Types
        && (Staged, DoNotTrack, PreDnat, ApplyOnForward) == (other.Staged, other.DoNotTrack, other.PreDnat, other.ApplyOnForward)
        && IngressRules.SequenceEqual(other.IngressRules) && EgressRules.SequenceEqual(other.EgressRules)
        && Errors.SequenceEqual(other.Errors);

    public override int GetHashCode() => HashCode.Combine(Id, Tier, Order, Selector, IngressRules.Length, EgressRules.Length);
}
