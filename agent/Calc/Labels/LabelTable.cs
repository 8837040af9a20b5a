namespace Calico.Agent.Calc.Labels;

/// <summary>All names and values in use. Strings enter the memory of the graph here, once each, and leave with their last user.</summary>
internal sealed class LabelTable
{
    private readonly Dictionary<string, LabelName> _names = new(StringComparer.Ordinal);
    private long _lastNumber;

    public LabelName? Find(string name) => _names.GetValueOrDefault(name);

    public LabelValue? Find(string name, string value) => Find(name)?.Values.GetValueOrDefault(value);

    /// <summary>The name, made if it is new.</summary>
    public LabelName Name(string text)
    {
        if (!_names.TryGetValue(text, out var name))
        {
            name = new LabelName(text, ++_lastNumber);
            _names.Add(text, name);
        }

        return name;
    }

    /// <summary>The value, made if it is new.</summary>
    public LabelValue Value(string name, string text)
    {
        var owner = Name(name);
        if (!owner.Values.TryGetValue(text, out var value))
        {
            value = new LabelValue(owner, text);
            owner.Values.Add(text, value);
        }

        return value;
    }

    /// <summary>Forgets a value that nothing uses any more.</summary>
    public void Release(LabelValue value)
    {
        if (!value.IsUsed)
        {
            value.Name.Values.Remove(value.Text);
            Release(value.Name);
        }
    }

    /// <summary>Forgets a name that nothing uses any more.</summary>
    public void Release(LabelName name)
    {
        if (name.Values.Count == 0 && name.Targets.Count == 0)
        {
            _names.Remove(name.Text);
        }
    }
}
