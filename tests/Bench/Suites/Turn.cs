namespace Calico.Tests.Bench.Suites;

/// <summary>
/// The order of one round: shuffled, and the same in every run. In an order that is only rotated everybody always follows the same neighbour,
/// and inherits the caches and the state of etcd that this one leaves.
/// </summary>
internal static class Turn
{
    public static IReadOnlyList<int> Of(int round, int contenders)
    {
        var order = Enumerable.Range(0, contenders).ToArray();
        new Random(round).Shuffle(order);
        return order;
    }
}
