namespace Calico.Agent.Calc.Labels;

/// <summary>A label with a value, held once for all that carry it.</summary>
internal sealed class LabelValue(LabelName name, string text)
{
    /// <summary>Those that carry it themselves.</summary>
    public ShapeSet Shapes;

    /// <summary>The profiles that give it.</summary>
    public SmallSet<ProfileNode> Givers;

    /// <summary>The targets that are looked for under this value.</summary>
    public SmallSet<LabelTarget> Targets;

    public LabelName Name { get; } = name;

    public string Text { get; } = text;

    public bool IsUsed => Shapes.Count > 0 || Givers.Count > 0 || Targets.Count > 0;
}
