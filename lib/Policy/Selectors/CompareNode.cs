namespace Calico.Policy.Selectors;

internal enum Comparison
{
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
}

/// <summary>A label against one string, byte for byte. A missing label is <c>!=</c> to everything and meets no other comparison.</summary>
internal sealed record CompareNode(string Label, Comparison Comparison, string Value) : SelectorNode
{
    // A stored label may be a JSON null, whatever the type says: it equals nothing and must not throw.
    public override bool Matches(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(Label, out var value) && value is not null ? Holds(value) : Comparison == Comparison.NotEqual;

    public override string ToCanonical() => $"{Label} {Operator} {Quoted(Value)}";

    private string Operator => Comparison switch
    {
        Comparison.Equal => "==",
        Comparison.NotEqual => "!=",
        Comparison.Contains => "contains",
        Comparison.StartsWith => "starts with",
        _ => "ends with",
    };

    private bool Holds(string value) => Comparison switch
    {
        Comparison.Equal => value == Value,
        Comparison.NotEqual => value != Value,
        Comparison.Contains => value.Contains(Value, StringComparison.Ordinal),
        Comparison.StartsWith => value.StartsWith(Value, StringComparison.Ordinal),
        _ => value.EndsWith(Value, StringComparison.Ordinal),
    };
}
