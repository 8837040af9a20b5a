namespace Calico.Policy.Compiled;

/// <summary>The order in which tiers and policies decide: ascending by order, none is last, ties by name.</summary>
public static class PolicyOrder
{
    public static IComparer<CompiledTier> OfTiers { get; } = Comparer<CompiledTier>.Create((left, right) =>
        Compare(left.Order, right.Order) is not 0 and var byOrder ? byOrder : string.CompareOrdinal(left.Name, right.Name));

    /// <summary>Total: policies of one order and name are told apart by namespace, then kind.</summary>
    public static IComparer<CompiledPolicy> OfPolicies { get; } = Comparer<CompiledPolicy>.Create((left, right) =>
    {
        var byOrder = Compare(left.Order, right.Order);
        if (byOrder != 0)
        {
            return byOrder;
        }

        var byName = string.CompareOrdinal(left.Id.Name, right.Id.Name);
        var byNamespace = string.CompareOrdinal(left.Id.Namespace, right.Id.Namespace);
        return byName != 0 ? byName : byNamespace != 0 ? byNamespace : string.CompareOrdinal(left.Id.Kind, right.Id.Kind);
    });

    private static int Compare(double? left, double? right) =>
        (left ?? double.PositiveInfinity).CompareTo(right ?? double.PositiveInfinity);
}
