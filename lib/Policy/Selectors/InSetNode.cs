namespace Calico.Policy.Selectors;

/// <summary>A label against a set of strings, kept sorted and without repeats. A missing label is <c>not in</c> every set.</summary>
internal sealed record InSetNode : SelectorNode
{
    private readonly string[] _values;

    public InSetNode(string label, IEnumerable<string> values, bool negated)
    {
        Label = label;
        Negated = negated;
        _values = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public string Label { get; }

    public bool Negated { get; }

    public IReadOnlyList<string> Values => _values;

    public override bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var contained = labels.TryGetValue(Label, out var value) && Array.BinarySearch(_values, value, StringComparer.Ordinal) >= 0;
        return contained != Negated;
    }

    public override string ToCanonical() => $"{Label} {(Negated ? "not in" : "in")} {{{string.Join(", ", _values.Select(Quoted))}}}";

    public bool Equals(InSetNode? other) =>
        other is not null && Label == other.Label && Negated == other.Negated && _values.SequenceEqual(other._values, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Label, Negated, _values.Length);
}
