namespace Calico.Agent.Calc.Labels;

/// <summary>The labels a profile gives, and the shapes that name it, whether it exists or not.</summary>
internal sealed class ProfileNode(string name)
{
    public SmallSet<LabelShape> Shapes;

    public string Name { get; } = name;

    public KeyValuePair<string, string>[] Labels { get; set; } = [];
}
