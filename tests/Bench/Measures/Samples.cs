namespace Calico.Tests.Bench.Measures;

/// <summary>Times of one contender in the order of the rounds.</summary>
internal sealed class Samples(string contender)
{
    private readonly List<double> _milliseconds = [];
    private readonly List<double> _processor = [];

    public string Contender { get; } = contender;

    public int Count => _milliseconds.Count;

    public double Median => Quantile(_milliseconds, 0.5);

    public double Mean => _milliseconds.Average();

    public double P99 => Quantile(_milliseconds, 0.99);

    /// <summary>Median of the processor time, in milliseconds.</summary>
    public double Processor => Quantile(_processor, 0.5);

    public void Add(TimeSpan elapsed, TimeSpan processor)
    {
        _milliseconds.Add(elapsed.TotalMilliseconds);
        _processor.Add(processor.TotalMilliseconds);
    }

    /// <summary>The median over the rounds of our time by the peer's time in the same round: slow drifts of the machine cancel out.</summary>
    public double PairwiseRatio(Samples peer) =>
        Quantile([.. _milliseconds.Zip(peer._milliseconds, (ours, theirs) => ours / theirs)], 0.5);

    /// <summary>The smallest value with at least this share of all values at or below it (nearest rank).</summary>
    internal static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        if (values.Count == 0)
        {
            throw new InvalidOperationException("nothing was measured");
        }

        var rank = (int)Math.Ceiling(share * values.Count);
        return values.Order().ElementAt(Math.Max(rank, 1) - 1);
    }
}
