namespace Calico.Agent.Calc.Labels;

/// <summary>The profiles of an object in its order, held once for all objects with the same ones, with their shapes.</summary>
internal sealed class ProfileList(string[] names, ProfileNode[] profiles)
{
    private SmallList<LabelShape> _shapes;

    public string[] Names { get; } = names;

    public ProfileNode[] Profiles { get; } = profiles;

    public int ShapeCount => _shapes.Count;

    public LabelShape ShapeAt(int index) => _shapes[index];

    public void Add(LabelShape shape)
    {
        shape.PositionInProfiles = _shapes.Count;
        _shapes.Add(shape);
    }

    public void Remove(LabelShape shape)
    {
        var moved = _shapes.RemoveAt(shape.PositionInProfiles);
        moved.PositionInProfiles = shape.PositionInProfiles;
    }
}
