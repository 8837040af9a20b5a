using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Calico.Agent.Calc.Labels;

/// <summary>
/// The labels that a number of objects have alike, as the pods of one deployment do, seen as a dictionary of own and inherited labels.
/// Selectors are matched against shapes, once for all objects of the shape.
/// </summary>
internal sealed class LabelShape(ShapeKey key) : IReadOnlyDictionary<string, string>
{
    private LabelledItem[] _items = new LabelledItem[1];
    private int _itemCount;

    public ShapeKey Key { get; } = key;

    public LabelValue[] Labels { get; set; } = [];

    /// <summary>The targets that select the shape.</summary>
    public List<LabelTarget> Targets { get; } = new(0);

    public ReadOnlySpan<LabelledItem> Items => _items.AsSpan(0, _itemCount);

    public int Count => Labels.Length;

    public IEnumerable<string> Keys => Labels.Select(label => label.Name.Text);

    public IEnumerable<string> Values => Labels.Select(label => label.Text);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public void Add(LabelledItem item)
    {
        if (_itemCount == _items.Length)
        {
            // By half, not twofold: the arrays of all shapes together are as long as the cluster is large.
            Array.Resize(ref _items, _itemCount + (_itemCount / 2) + 1);
        }

        (item.Shape, item.Position) = (this, _itemCount);
        _items[_itemCount++] = item;
    }

    public void Remove(LabelledItem item)
    {
        var last = _items[--_itemCount];
        _items[item.Position] = last;
        last.Position = item.Position;
        _items[_itemCount] = null!;
        item.Shape = null;
    }

    // A scan: objects have about ten labels, and a table for each shape would cost more than all the rest of it.
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var label in Labels)
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

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        Labels.Select(label => KeyValuePair.Create(label.Name.Text, label.Text)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
