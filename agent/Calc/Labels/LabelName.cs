namespace Calico.Agent.Calc.Labels;

/// <summary>A label's name, held once for all that carry it.</summary>
/// <param name="number">Tells names apart in a fixed order.</param>
internal sealed class LabelName(string text, long number)
{
    /// <summary>The targets that are looked for under the name with any value.</summary>
    public SmallSet<LabelTarget> Targets;

    public string Text { get; } = text;

    public long Number { get; } = number;

    public Dictionary<string, LabelValue> Values { get; } = new(1, StringComparer.Ordinal);
}
