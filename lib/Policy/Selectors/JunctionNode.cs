namespace Calico.Policy.Selectors;

/// <summary>Two or more operands joined by <c>&amp;&amp;</c> or by <c>||</c>, evaluated from the left as far as needed.</summary>
internal sealed record JunctionNode(bool IsAnd, IReadOnlyList<SelectorNode> Operands) : SelectorNode
{
    public override bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var operand in Operands)
        {
            if (operand.Matches(labels) != IsAnd)
            {
                return !IsAnd;
            }
        }

        return IsAnd;
    }

    public override string ToCanonical() => $"({string.Join(IsAnd ? " && " : " || ", Operands.Select(operand => operand.ToCanonical()))})";

    public bool Equals(JunctionNode? other) => other is not null && IsAnd == other.IsAnd && Operands.SequenceEqual(other.Operands);

    public override int GetHashCode() => HashCode.Combine(IsAnd, Operands.Count);
}
