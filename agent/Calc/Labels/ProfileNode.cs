namespace Calico.Agent.Calc.Labels;

/// <summary>A profile that exists or that something names: the labels it gives, and the lists that it stands in.</summary>
internal sealed class ProfileNode(string name)
{
    public SmallSet<ProfileList> Lists;

    public string Name { get; } = name;

    public LabelValue[] Labels { get; set; } = [];
}
