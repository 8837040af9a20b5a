namespace Calico.Tests.Bench.Measures;

/// <summary>A figure with the limit it should keep. It informs: a machine's bad day fails no build.</summary>
/// <param name="What">What the figure says.</param>
/// <param name="Value">The figure.</param>
/// <param name="Limit">The most it should be.</param>
/// <param name="Unit">Its unit; "x" is a ratio.</param>
internal sealed record Target(string What, double Value, double Limit, string Unit)
{
    public bool Passed => Value <= Limit;
}
