using System.Collections.Immutable;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Labels;

/// <summary>Finds the few targets that a shape could match, and the few shapes that a target could match, by labels that must be there.</summary>
internal sealed class TargetIndex(LabelTable labels)
{
    // More than any list of values: what only needs a label to be there is met by too many.
    private const int AnyValue = 1_000_000;

    private readonly HashSet<LabelTarget> _anywhere = [];

    public void Add(LabelTarget target)
    {
        // Under the labels that the fewest others are found by, so that no label that all objects carry collects all targets.
        target.Clause = Cheapest(RequiredLabels.Of(target.Selector), Crowd);
        if (target.Clause is not { } clause)
        {
            _anywhere.Add(target);
            return;
        }

        foreach (var (name, value) in clause)
        {
            if (value is null)
            {
                labels.Name(name).Targets.Add(target);
            }
            else
            {
                labels.Value(name, value).Targets.Add(target);
            }
        }
    }

    public void Remove(LabelTarget target)
    {
        if (target.Clause is not { } clause)
        {
            _anywhere.Remove(target);
            return;
        }

        foreach (var (name, value) in clause)
        {
            if (value is null)
            {
                var owner = labels.Name(name);
                owner.Targets.Remove(target);
                labels.Release(owner);
            }
            else
            {
                var owner = labels.Value(name, value);
                owner.Targets.Remove(target);
                labels.Release(owner);
            }
        }
    }

    /// <summary>Adds every target that could match the shape.</summary>
    public void CollectTargets(LabelShape shape, HashSet<LabelTarget> into)
    {
        into.UnionWith(_anywhere);
        CollectTargets(shape.Own, into);
        foreach (var profile in shape.Profiles.Profiles)
        {
            CollectTargets(profile.Labels, into);
        }
    }

    /// <summary>Shapes that the selector could match, some perhaps twice; null when it could be any.</summary>
    public IEnumerable<LabelShape>? FindShapes(Selector selector) =>
        Cheapest(RequiredLabels.Of(selector), ShapeCount) is { } clause && !clause.Any(IsCrowd) ? clause.SelectMany(ShapesWith) : null;

    private static void CollectTargets(LabelValue[] carried, HashSet<LabelTarget> into)
    {
        foreach (var value in carried)
        {
            foreach (var target in value.Targets)
            {
                into.Add(target);
            }

            foreach (var target in value.Name.Targets)
            {
                into.Add(target);
            }
        }
    }

    private static ImmutableArray<LabelAtom>? Cheapest(ImmutableArray<ImmutableArray<LabelAtom>> clauses, Func<LabelAtom, int> cost) =>
        clauses.IsEmpty ? null : clauses.MinBy(clause => clause.Sum(atom => (long)cost(atom)));

    private int Crowd(LabelAtom atom) => atom.Value is { } value
        ? labels.Find(atom.Label, value)?.Targets.Count ?? 0
        : AnyValue + (labels.Find(atom.Label)?.Targets.Count ?? 0);

    private bool IsCrowd(LabelAtom atom) => ValuesOf(atom).Any(value => value.Shapes.IsCrowd);

    private int ShapeCount(LabelAtom atom) => ValuesOf(atom).Sum(value => value.Shapes.Count + ListsThatGive(value).Sum(list => list.ShapeCount));

    private IEnumerable<LabelShape> ShapesWith(LabelAtom atom)
    {
        foreach (var value in ValuesOf(atom))
        {
            for (var i = 0; i < value.Shapes.Count; i++)
            {
                yield return value.Shapes[i];
            }

            foreach (var list in ListsThatGive(value))
            {
                for (var i = 0; i < list.ShapeCount; i++)
                {
                    yield return list.ShapeAt(i);
                }
            }
        }
    }

    private static IEnumerable<ProfileList> ListsThatGive(LabelValue value)
    {
        foreach (var profile in value.Givers)
        {
            foreach (var list in profile.Lists)
            {
                yield return list;
            }
        }
    }

    private IEnumerable<LabelValue> ValuesOf(LabelAtom atom)
    {
        if (atom.Value is not { } text)
        {
            return labels.Find(atom.Label)?.Values.Values ?? Enumerable.Empty<LabelValue>();
        }

        return labels.Find(atom.Label, text) is { } value ? Enumerable.Repeat(value, 1) : [];
    }
}
