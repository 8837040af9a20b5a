using Calico.Policy.Selectors;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Policy.Selectors;

internal sealed class SelectorProperties
{
    private static readonly Gen<string> Label = Gen.Elements("a", "in", "has", "not", "all", "kubernetes.io/os", "x-1_2.y", "contains");

    private static readonly Gen<string> Value = Gen.Elements("", "b", "it's", "say \"hi\"", "in {", "a == 'b'", "é", " ", "&&");

    [Test]
    public void The_canonical_text_parses_to_the_same_tree() =>
        Prop.ForAll(Tree(4).ToArbitrary(), tree =>
        {
            var canonical = tree.ToCanonical();
            return canonical.Length > Selector.MaxLength || Selector.Parse(canonical).Root.Equals(tree);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Negation_turns_every_verdict() =>
        Prop.ForAll(Tree(3).ToArbitrary(), LabelSet().ToArbitrary(), (tree, labels) =>
            new NotNode(tree).Matches(labels) == !tree.Matches(labels)).QuickCheckThrowOnFailure();

    [Test]
    public void Any_text_parses_or_is_refused_by_name() =>
        Prop.ForAll(Gen.Elements("a", " in ", "{", "}", "'b'", "==", "!", "&&", "||", "(", ")", "has(", "all()", ",", "\"").ListOf().ToArbitrary(), parts =>
        {
            var text = string.Concat(parts);
            try
            {
                return Selector.Parse(text).ToString().Length > 0;
            }
            catch (SelectorException e)
            {
                return e.Position <= text.Length && e.Expected.Length > 0;
            }
        }).QuickCheckThrowOnFailure();

    private static Gen<SelectorNode> Tree(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements<SelectorNode>(new AllNode(), new GlobalNode()),
            Label.Select(SelectorNode (label) => new HasNode(label)),
            from label in Label
            from comparison in Gen.Elements(Enum.GetValues<Comparison>())
            from value in Value
            select (SelectorNode)new CompareNode(label, comparison, value),
            from label in Label
            from values in Value.ListOf()
            from negated in Gen.Elements(true, false)
            select (SelectorNode)new InSetNode(label, values, negated));
        if (depth == 0)
        {
            return leaf;
        }

        // The parser folds double negation, so a tree it can make has none.
        var below = Tree(depth - 1);
        return Gen.OneOf(
            leaf,
            below.Where(node => node is not NotNode).Select(SelectorNode (node) => new NotNode(node)),
            from isAnd in Gen.Elements(true, false)
            from count in Gen.Choose(2, 3)
            from operands in below.ListOf(count)
            select (SelectorNode)new JunctionNode(isAnd, [.. operands]));
    }

    private static Gen<Dictionary<string, string>> LabelSet() =>
        from keys in Label.ListOf()
        from values in Value.ListOf(keys.Count)
        select keys.Zip(values).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
}
