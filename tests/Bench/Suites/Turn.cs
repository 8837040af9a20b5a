namespace Calico.Tests.Bench.Suites;

/// <summary>The order of one round: A B C, then B C A, then C A B, so that nobody always follows the same neighbour's end.</summary>
internal static class Turn
{
    public static IEnumerable<int> Of(int round, int contenders) =>
        Enumerable.Range(0, contenders).Select(position => (round + position) % contenders);
}
