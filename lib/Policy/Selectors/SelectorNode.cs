namespace Calico.Policy.Selectors;

/// <summary>A node of the expression tree. Nodes are immutable and compare by structure.</summary>
internal abstract record SelectorNode
{
    public abstract bool Matches(IReadOnlyDictionary<string, string> labels);

    public abstract string ToCanonical();

    // There are no escapes: a string holds at most one of the two quotes, and the other one encloses it.
    protected static string Quoted(string value) => value.Contains('"', StringComparison.Ordinal) ? $"'{value}'" : $"\"{value}\"";
}

internal sealed record AllNode : SelectorNode
{
    public override bool Matches(IReadOnlyDictionary<string, string> labels) => true;

    public override string ToCanonical() => "all()";
}

internal sealed record GlobalNode : SelectorNode
{
    public override bool Matches(IReadOnlyDictionary<string, string> labels) => true;

    public override string ToCanonical() => "global()";
}

internal sealed record HasNode(string Label) : SelectorNode
{
    public override bool Matches(IReadOnlyDictionary<string, string> labels) => labels.ContainsKey(Label);

    public override string ToCanonical() => $"has({Label})";
}

internal sealed record NotNode(SelectorNode Operand) : SelectorNode
{
    public override bool Matches(IReadOnlyDictionary<string, string> labels) => !Operand.Matches(labels);

    public override string ToCanonical() => "!" + Operand.ToCanonical();
}
