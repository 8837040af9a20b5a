namespace Calico.Agent.Calc.Labels;

/// <summary>A label's name, held once for all that carry it.</summary>
internal sealed class LabelName(string text)
{
    /// <summary>The targets that are looked for under the name with any value.</summary>
    public SmallSet<LabelTarget> Targets;

    public string Text { get; } = text;

    public Dictionary<string, LabelValue> Values { get; } = new(1, StringComparer.Ordinal);
}
