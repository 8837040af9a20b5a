namespace Calico.Policy.Selectors;

/// <summary>
/// Turns what a user writes about namespaces and service accounts into expressions over the labels of endpoints, which inherit the
/// labels of both from profiles under a prefix. The trees, and with them canonical texts and hashes, are those upstream makes.
/// </summary>
internal static class SelectorScope
{
    public const string NamespaceLabel = "projectcalico.org/namespace";
    public const string ServiceAccountLabel = "projectcalico.org/serviceaccount";
    public const string NamespacePrefix = "pcns.";
    public const string ServiceAccountPrefix = "pcsa.";

    /// <summary>True for what lives in a namespace: workload endpoints and NetworkSets.</summary>
    public static Selector Namespaced { get; } = new(new HasNode(NamespaceLabel));

    public static Selector InNamespace(string @namespace) => new(new CompareNode(NamespaceLabel, Comparison.Equal, @namespace));

    public static Selector WithServiceAccount(IEnumerable<string> names) => new(new InSetNode(ServiceAccountLabel, names, negated: false));

    public static Selector And(Selector left, Selector right) => new(new JunctionNode(IsAnd: true, [left.Root, right.Root]));

    /// <summary>The namespaceSelector of a rule: <c>all()</c> is every namespace, <c>global()</c> is what has none.</summary>
    public static Selector OverNamespaces(Selector selector) => new(Rewrite(Prefixed(selector, NamespacePrefix).Root, node => node switch
    {
        AllNode => new HasNode(NamespaceLabel),
        GlobalNode => new NotNode(new HasNode(NamespaceLabel)),
        _ => node,
    }));

    /// <summary>The selector with <c>all()</c> narrowed to what carries <paramref name="label"/>.</summary>
    public static Selector Narrowed(Selector selector, string label) =>
        new(Rewrite(selector.Root, node => node is AllNode ? new HasNode(label) : node));

    public static Selector Prefixed(Selector selector, string prefix) => new(Rewrite(selector.Root, node => node switch
    {
        CompareNode compare => compare with { Label = prefix + compare.Label },
        HasNode has => new HasNode(prefix + has.Label),
        InSetNode set => new InSetNode(prefix + set.Label, set.Values, set.Negated),
        _ => node,
    }));

    public static bool MentionsGlobal(Selector selector)
    {
        var found = false;
        Rewrite(selector.Root, node =>
        {
            found |= node is GlobalNode;
            return node;
        });
        return found;
    }

    private static SelectorNode Rewrite(SelectorNode node, Func<SelectorNode, SelectorNode> leaf) => node switch
    {
        JunctionNode junction => new JunctionNode(junction.IsAnd, [.. junction.Operands.Select(operand => Rewrite(operand, leaf))]),
        NotNode not => Negation(Rewrite(not.Operand, leaf)),
        _ => leaf(node),
    };

    // The parser folds double negation, so a rewritten tree must too.
    private static SelectorNode Negation(SelectorNode operand) => operand is NotNode not ? not.Operand : new NotNode(operand);
}
