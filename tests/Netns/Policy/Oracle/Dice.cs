namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>Random choices that a seed repeats.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public bool Percent(int share) => _random.Next(100) < share;

    /// <summary>From 0 to one below.</summary>
    public int Below(int limit) => _random.Next(limit);

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public T Any<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>At least one of them, in their order.</summary>
    public List<T> Some<T>(params IReadOnlyList<T> choices)
    {
        var kept = _random.Next(choices.Count);
        return [.. choices.Where((_, index) => index == kept || _random.Next(3) == 0)];
    }

    public static List<T> Times<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
