namespace Calico.Agent.Calc.Labels;

/// <summary>A label with a value, held once for all that carry it, with all that carry it.</summary>
/// <param name="number">Tells values apart in a fixed order.</param>
internal sealed class LabelValue(LabelName name, string text, long number)
{
    public SmallSet<LabelShape> Shapes;

    /// <summary>The targets that are looked for under this value.</summary>
    public SmallSet<LabelTarget> Targets;

    public LabelName Name { get; } = name;

    public string Text { get; } = text;

    public long Number { get; } = number;
}
