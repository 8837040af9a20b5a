using System.Collections.Immutable;

namespace Calico.Policy.Selectors;

/// <summary>What an object must carry for a selector to have a chance: the key by which an index of many selectors finds candidates.</summary>
public static class RequiredLabels
{
    /// <summary>
    /// Clauses that each hold for all that the selector matches: at least one atom of every clause. Empty when nothing is required
    /// (<c>all()</c>, negations); a clause without atoms means that nothing can match. Necessary, not sufficient.
    /// </summary>
    public static ImmutableArray<ImmutableArray<LabelAtom>> Of(Selector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Of(selector.Root);
    }

    private static ImmutableArray<ImmutableArray<LabelAtom>> Of(SelectorNode node) => node switch
    {
        HasNode has => [[new LabelAtom(has.Label, null)]],
        CompareNode { Comparison: Comparison.NotEqual } => [],
        CompareNode { Comparison: Comparison.Equal } equal => [[new LabelAtom(equal.Label, equal.Value)]],
        CompareNode part => [[new LabelAtom(part.Label, null)]],
        InSetNode { Negated: false } set => [[.. set.Values.Select(value => new LabelAtom(set.Label, value))]],
        JunctionNode { IsAnd: true } all => [.. all.Operands.SelectMany(operand => Of(operand))],
        JunctionNode any => OfAny(any.Operands),
        _ => [],
    };

    // One clause of every alternative; where an alternative requires nothing, the whole requires nothing.
    private static ImmutableArray<ImmutableArray<LabelAtom>> OfAny(IReadOnlyList<SelectorNode> alternatives)
    {
        var atoms = ImmutableArray.CreateBuilder<LabelAtom>();
        foreach (var clauses in alternatives.Select(alternative => Of(alternative)))
        {
            if (clauses.IsEmpty)
            {
                return [];
            }

            atoms.AddRange(clauses.MinBy(Breadth));
        }

        return [[.. atoms.Distinct()]];
    }

    // Any value at all is broader than any list of values.
    private static int Breadth(ImmutableArray<LabelAtom> clause) => clause.Any(atom => atom.Value is null) ? int.MaxValue : clause.Length;
}
