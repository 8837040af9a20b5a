namespace Calico.Agent.Calc.Labels;

/// <summary>
/// The shapes that carry one label. Where they are a crowd only their number is kept: a list of nearly everything finds nothing
/// sooner, and one for each label that all pods carry would cost more than the pods. Keep it in a field: it is mutable.
/// </summary>
internal struct ShapeSet
{
    private const int Crowd = 1_024;

    private SmallList<LabelShape> _list;
    private int _uncounted;

    public readonly int Count => _list.Count + _uncounted;

    /// <summary>Which shapes they are is not known.</summary>
    public readonly bool IsCrowd => _uncounted > 0;

    public readonly LabelShape this[int index] => _list[index];

    /// <summary>For a shape that is not there.</summary>
    public void Add(LabelShape shape)
    {
        if (IsCrowd)
        {
            _uncounted++;
        }
        else if (_list.Count == Crowd)
        {
            _uncounted = _list.Count + 1;
            _list = default;
        }
        else
        {
            _list.Add(shape);
        }
    }

    /// <summary>For a shape that is there. A crowd stays one until all have left.</summary>
    public void Remove(LabelShape shape)
    {
        if (IsCrowd)
        {
            _uncounted--;
        }
        else
        {
            _list.Remove(shape);
        }
    }
}
