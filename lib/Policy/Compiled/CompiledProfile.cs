using System.Collections.Immutable;
using Calico.Policy.Validation;

namespace Calico.Policy.Compiled;

/// <summary>The rules of a profile, ready to match, and the labels its endpoints inherit.</summary>
public sealed record CompiledProfile(string Name, ImmutableArray<CompiledRule> IngressRules, ImmutableArray<CompiledRule> EgressRules)
{
    /// <summary>Every cluster has it and none stores it: upstream gives it to host endpoints that it makes by itself.</summary>
    public static CompiledProfile DefaultAllow { get; } = new("projectcalico-default-allow", [CompiledRule.AllowAll], [CompiledRule.AllowAll]);

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Why the profile denies instead of what is written; empty for a valid one. Its labels hold all the same.</summary>
    public ImmutableArray<ValidationError> Errors { get; init; } = [];

    public ImmutableArray<CompiledRule> Rules(PolicyDirection direction) =>
        direction == PolicyDirection.Ingress ? IngressRules : EgressRules;

    public bool Equals(CompiledProfile? other) =>
        other is not null
        && Name == other.Name
        && IngressRules.SequenceEqual(other.IngressRules) && EgressRules.SequenceEqual(other.EgressRules)
        && Labels.Count == other.Labels.Count
        && Labels.All(label => other.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && Errors.SequenceEqual(other.Errors);

    public override int GetHashCode() => HashCode.Combine(Name, IngressRules.Length, EgressRules.Length, Labels.Count);
}
