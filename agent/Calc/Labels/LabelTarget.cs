using System.Collections.Immutable;
using Calico.Policy.Selectors;

namespace Calico.Agent.Calc.Labels;

/// <summary>Something that selects, and is told when it begins and ceases to select an item.</summary>
internal abstract class LabelTarget(Selector selector)
{
    /// <summary>The shapes it selects.</summary>
    internal SmallSet<LabelShape> Shapes;

    public Selector Selector { get; } = selector;

    /// <summary>The atoms under which the index finds it; null when it could select anything.</summary>
    internal ImmutableArray<LabelAtom>? Clause { get; set; }

    public abstract void MatchStarted(LabelledItem item);

    public abstract void MatchStopped(LabelledItem item);
}

/// <summary>A target in an index of items of one type.</summary>
internal abstract class LabelTarget<TItem>(Selector selector) : LabelTarget(selector)
    where TItem : LabelledItem
{
    public sealed override void MatchStarted(LabelledItem item) => Started((TItem)item);

    public sealed override void MatchStopped(LabelledItem item) => Stopped((TItem)item);

    protected abstract void Started(TItem item);

    protected abstract void Stopped(TItem item);
}
