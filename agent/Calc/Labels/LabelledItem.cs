namespace Calico.Agent.Calc.Labels;

/// <summary>Something that selectors select. Its place is the index's own business.</summary>
internal abstract class LabelledItem
{
    internal LabelShape? Shape { get; set; }

    internal int Position { get; set; }
}
