namespace Calico.Tests.Demo;

/// <summary>Where a container of the demo lives: which host (counted from 0) and which CNI network.</summary>
internal sealed record Placement(string Name, int Host, string Network)
{
    /// <summary>The picture of Calico's first public demo (2015): five containers, two hosts, two groups.</summary>
    public static IReadOnlyList<Placement> All { get; } =
    [
        new("A", 0, "default"),
        new("B", 0, "group_a"),
        new("C", 0, "default"),
        new("D", 1, "group_a"),
        new("E", 1, "default"),
    ];
}
