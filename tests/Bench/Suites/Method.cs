namespace Calico.Tests.Bench.Suites;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Sequential ADD and DEL of each contender.</param>
/// <param name="Batches">Batches of 32 of each contender.</param>
/// <param name="Storms">Batches of 110 of each contender.</param>
/// <param name="StartUps">Starts of each program.</param>
/// <param name="Pause">Quiet before each sequential run, so that the kernel's afterwork of one is not paid by the next.</param>
internal sealed record Method(int Rounds, int Batches, int Storms, int StartUps, TimeSpan Pause)
{
    public const int BatchSize = 32;
    public const int StormSize = 110;

    /// <summary>How often a pair goes through all rounds: a difference of one in twenty needs more samples.</summary>
    public const int PairPasses = 3;

    public static Method Full { get; } = new(100, 7, 2, 300, TimeSpan.FromMilliseconds(10));

    public static Method Quick { get; } = new(20, 3, 1, 50, TimeSpan.FromMilliseconds(10));

    /// <summary>Only the pairs: with and without TLS, as installed and without policy.</summary>
    public bool PairsOnly { get; init; }

    /// <summary>Namespaces each contender needs.</summary>
    public int Pods => Math.Max(Rounds, Storms > 0 ? StormSize : Batches > 0 ? BatchSize : 1);
}
