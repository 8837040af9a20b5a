using System.Collections.Immutable;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>A rule that may stand for several.</summary>
/// <param name="Rule">What they have in common.</param>
internal sealed record FoldedRule(CompiledRule Rule)
{
    /// <summary>Of these one must hold: a net of one side, protocol and destination port. Empty is no condition.</summary>
    public ImmutableArray<IpSetMember> Pairs { get; init; } = [];

    /// <summary>The nets are those of the source.</summary>
    public bool PairsAreOfSource { get; init; }
}
