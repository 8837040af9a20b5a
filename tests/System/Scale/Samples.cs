namespace Calico.Tests.System.Scale;

/// <summary>Durations of the same thing, and what to say of them.</summary>
internal sealed class Samples(IEnumerable<TimeSpan> durations)
{
    private readonly TimeSpan[] _sorted = [.. durations.Order()];

    public int Count => _sorted.Length;

    public TimeSpan P50 => At(0.5);

    public TimeSpan P99 => At(0.99);

    public override string ToString() =>
        Count == 0 ? "none" : $"p50 {P50.TotalMilliseconds:F0} ms, p99 {P99.TotalMilliseconds:F0} ms, max {_sorted[^1].TotalMilliseconds:F0} ms over {Count}";

    private TimeSpan At(double share) => _sorted[(int)Math.Ceiling(share * Count) - 1];
}
