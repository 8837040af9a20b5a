namespace Calico.Agent.Calc.Labels;

/// <summary>
/// Tells every target which items its selector selects, and keeps telling as items, their labels, the labels of their profiles and the
/// targets change. An item whose labels are those of another costs no evaluation. Callbacks must not change the index.
/// </summary>
internal sealed class LabelIndex
{
    private readonly LabelTable _labels = new();
    private readonly TargetIndex _targets;
    private readonly HashSet<LabelShape> _shapes = new(new ShapeComparer());
    private readonly ProfileTable _profiles = new();
    private readonly HashSet<LabelTarget> _candidates = [];
    private readonly HashSet<LabelTarget> _matched = [];

    public LabelIndex() => _targets = new TargetIndex(_labels);

    public void Add(LabelledItem item, LabelSource source)
    {
        var shape = ShapeOf(source);
        shape.Add(item);
        for (var i = 0; i < shape.Targets.Count; i++)
        {
            shape.Targets[i].MatchStarted(item);
        }
    }

    public void Remove(LabelledItem item)
    {
        var shape = item.Shape!;
        shape.Remove(item);
        for (var i = 0; i < shape.Targets.Count; i++)
        {
            shape.Targets[i].MatchStopped(item);
        }

        if (shape.ItemCount == 0)
        {
            Drop(shape);
        }
    }

    public void Add(LabelTarget target)
    {
        _targets.Add(target);
        foreach (var shape in _targets.FindShapes(target.Selector) ?? _shapes)
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
        var before = profile.Labels;
        LabelValue[] after = [.. labels.Select(label => _labels.Value(label.Key, label.Value)).OrderBy(label => label.Name.Number)];
        if (!after.AsSpan().SequenceEqual(before))
        {
            profile.Labels = after;
            foreach (var value in after)
            {
                value.Givers.Add(profile);
            }

            foreach (var value in before.Except(after))
            {
                value.Givers.Remove(profile);
                _labels.Release(value);
            }

            foreach (var list in profile.Lists)
            {
                for (var i = 0; i < list.ShapeCount; i++)
                {
                    Rematch(list.ShapeAt(i));
                }
            }
        }

        _profiles.Release(profile);
    }

    /// <summary>The copy of a namespace's name that the labels of its objects hold.</summary>
    public string SharedNamespace(string name) => _labels.Find(LabelSource.NamespaceLabel, name)?.Text ?? name;

    private LabelShape ShapeOf(LabelSource source)
    {
        var profiles = _profiles.Find(source.Profiles);
        var key = new ShapeKey(source.ResolveOwn(_labels), profiles);
        var shapes = _shapes.GetAlternateLookup<ShapeKey>();
        if (shapes.TryGetValue(key, out var shape))
        {
            return shape;
        }

        shape = new LabelShape(key.Own, profiles);
        _shapes.Add(shape);
        profiles.Add(shape);
        foreach (var value in shape.Own)
        {
            value.Shapes.Add(shape);
        }

        Rematch(shape);
        return shape;
    }

    private void Drop(LabelShape shape)
    {
        _shapes.Remove(shape);
        for (var i = 0; i < shape.Targets.Count; i++)
        {
            shape.Targets[i].Shapes.Remove(shape);
        }

        shape.Profiles.Remove(shape);
        _profiles.Release(shape.Profiles);
        foreach (var value in shape.Own)
        {
            value.Shapes.Remove(shape);
            _labels.Release(value);
        }
    }

    private void Rematch(LabelShape shape)
    {
        _candidates.Clear();
        _matched.Clear();
        _targets.CollectTargets(shape, _candidates);
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
        for (var i = 0; i < shape.ItemCount; i++)
        {
            target.MatchStarted(shape.ItemAt(i));
        }
    }

    private static void Stop(LabelTarget target, LabelShape shape)
    {
        shape.Targets.Remove(target);
        for (var i = 0; i < shape.ItemCount; i++)
        {
            target.MatchStopped(shape.ItemAt(i));
        }
    }
}
