namespace Calico.Agent.Calc.Labels;

/// <summary>
/// Tells every target which items its selector selects, and keeps telling as items, their labels, the labels of their profiles and the
/// targets change. An item whose labels are those of another costs no evaluation. Callbacks must not change the index.
/// </summary>
internal sealed class LabelIndex
{
    private readonly LabelTable _labels = new();
    private readonly TargetIndex _targets;
    private readonly Dictionary<ShapeKey, LabelShape> _shapes = [];
    private readonly ProfileTable _profiles = new();
    private readonly HashSet<LabelTarget> _candidates = [];
    private readonly HashSet<LabelTarget> _matched = [];

    public LabelIndex() => _targets = new TargetIndex(_labels);

    public void Add(LabelledItem item, LabelSource source)
    {
        var shape = ShapeOf(source);
        shape.Add(item);
        foreach (var target in shape.Targets)
        {
            target.MatchStarted(item);
        }
    }

    public void Remove(LabelledItem item)
    {
        var shape = item.Shape!;
        shape.Remove(item);
        foreach (var target in shape.Targets)
        {
            target.MatchStopped(item);
        }

        if (shape.Items.IsEmpty)
        {
            Drop(shape);
        }
    }

    public void Add(LabelTarget target)
    {
        _targets.Add(target);
        foreach (var shape in _targets.FindShapes(target.Selector) ?? _shapes.Values)
        {
            if (target.Selector.Matches(shape))
            {
                Start(target, shape);
            }
        }
    }

    public void Remove(LabelTarget target)
    {
        foreach (var shape in target.Shapes)
        {
            Stop(target, shape);
        }

        target.Shapes = default;
        _targets.Remove(target);
    }

    /// <summary>The labels that items with this profile inherit; none for a profile that is gone.</summary>
    public void SetProfile(string name, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var profile = _profiles.Find(name);
        KeyValuePair<string, string>[] sorted = [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal)];
        if (!sorted.SequenceEqual(profile.Labels))
        {
            profile.Labels = sorted;
            foreach (var shape in profile.Shapes)
            {
                Relabel(shape);
            }
        }

        _profiles.Release(profile);
    }

    /// <summary>The copy of a namespace's name that the labels of its objects hold.</summary>
    public string SharedNamespace(string name) => _labels.Find(LabelSource.NamespaceLabel, name)?.Text ?? name;

    private LabelShape ShapeOf(LabelSource source)
    {
        var key = new ShapeKey(source.ResolveOwn(_labels), [.. source.Profiles.Where(profile => profile is not null)]);
        if (_shapes.TryGetValue(key, out var shape))
        {
            return shape;
        }

        // The index's own copies of the names: those that came with the object may go.
        shape = new LabelShape(key with { Profiles = [.. key.Profiles.Select(name => _profiles.Find(name).Name)] });
        _shapes.Add(shape.Key, shape);
        foreach (var profile in shape.Key.Profiles)
        {
            _profiles.Find(profile).Shapes.Add(shape);
        }

        Relabel(shape);
        return shape;
    }

    private void Drop(LabelShape shape)
    {
        _shapes.Remove(shape.Key);
        foreach (var target in shape.Targets)
        {
            target.Shapes.Remove(shape);
        }

        foreach (var name in shape.Key.Profiles)
        {
            var profile = _profiles.Find(name);
            profile.Shapes.Remove(shape);
            _profiles.Release(profile);
        }

        foreach (var value in shape.Labels)
        {
            value.Shapes.Remove(shape);
            _labels.Release(value);
        }
    }

    private void Relabel(LabelShape shape)
    {
        var before = shape.Labels;
        shape.Labels = Inherit(shape.Key);
        foreach (var value in shape.Labels)
        {
            value.Shapes.Add(shape);
        }

        foreach (var value in before.Except(shape.Labels))
        {
            value.Shapes.Remove(shape);
            _labels.Release(value);
        }

        Rematch(shape);
    }

    // An item's own labels win over those of its profiles, and those of an earlier profile over a later one's.
    private LabelValue[] Inherit(ShapeKey key)
    {
        var labels = key.Own.ToList();
        foreach (var (name, text) in key.Profiles.SelectMany(profile => _profiles.Find(profile).Labels))
        {
            if (!labels.Exists(label => label.Name.Text == name))
            {
                labels.Add(_labels.Value(name, text));
            }
        }

        return labels.Count == key.Own.Length ? key.Own : [.. labels];
    }

    private void Rematch(LabelShape shape)
    {
        _candidates.Clear();
        _matched.Clear();
        _targets.CollectTargets(shape.Labels, _candidates);
        foreach (var target in _candidates)
        {
            if (target.Selector.Matches(shape))
            {
                _matched.Add(target);
            }
        }

        for (var i = shape.Targets.Count - 1; i >= 0; i--)
        {
            var target = shape.Targets[i];
            if (!_matched.Remove(target))
            {
                target.Shapes.Remove(shape);
                Stop(target, shape);
            }
        }

        foreach (var target in _matched)
        {
            Start(target, shape);
        }
    }

    private static void Start(LabelTarget target, LabelShape shape)
    {
        if (!target.Shapes.Add(shape))
        {
            return;
        }

        shape.Targets.Add(target);
        foreach (var item in shape.Items)
        {
            target.MatchStarted(item);
        }
    }

    private static void Stop(LabelTarget target, LabelShape shape)
    {
        shape.Targets.Remove(target);
        foreach (var item in shape.Items)
        {
            target.MatchStopped(item);
        }
    }
}
