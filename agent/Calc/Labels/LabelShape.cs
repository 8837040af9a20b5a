using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Calico.Agent.Calc.Labels;

/// <summary>
/// The labels that a number of objects have alike, as the pods of one deployment do, seen as a dictionary of own and inherited labels.
/// Selectors are matched against shapes, once for all objects of the shape.
/// </summary>
/// <param name="own">Sorted by the names' numbers.</param>
internal sealed class LabelShape(LabelValue[] own, ProfileList profiles) : IReadOnlyDictionary<string, string>
{
    /// <summary>The targets that select the shape.</summary>
    public SmallList<LabelTarget> Targets;

    private SmallList<LabelledItem> _items;

    public LabelValue[] Own { get; } = own;

    public ProfileList Profiles { get; } = profiles;

    /// <summary>The list of profiles' own business.</summary>
    public int PositionInProfiles { get; set; }

    public int ItemCount => _items.Count;

    public int Count => All.Count();

    public IEnumerable<string> Keys => All.Select(label => label.Name.Text);

    public IEnumerable<string> Values => All.Select(label => label.Text);

    // Own labels win over those of profiles, and those of an earlier profile over a later one's.
    private IEnumerable<LabelValue> All => Own.Concat(Profiles.Profiles.SelectMany(profile => profile.Labels)).DistinctBy(label => label.Name);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public LabelledItem ItemAt(int index) => _items[index];

    public void Add(LabelledItem item)
    {
        (item.Shape, item.Position) = (this, _items.Count);
        _items.Add(item);
    }

    public void Remove(LabelledItem item)
    {
        _items.RemoveAt(item.Position).Position = item.Position;
        item.Shape = null;
    }

    // Scans: objects have about ten labels, and a table for each shape would cost more than all the rest of it.
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        if (TryFind(Own, key, out value))
        {
            return true;
        }

        foreach (var profile in Profiles.Profiles)
        {
            if (TryFind(profile.Labels, key, out value))
            {
                return true;
            }
        }

        return false;
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        All.Select(label => KeyValuePair.Create(label.Name.Text, label.Text)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool TryFind(LabelValue[] labels, string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var label in labels)
        {
            if (label.Name.Text == key)
            {
                value = label.Text;
                return true;
            }
        }

        value = null;
        return false;
    }
}
