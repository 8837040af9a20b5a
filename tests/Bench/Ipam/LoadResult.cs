using System.Globalization;

namespace Calico.Tests.Bench.Ipam;

/// <summary>What a number of callers got done.</summary>
internal readonly record struct LoadResult(double PerSecond, double MedianMs, double P99Ms)
{
    public static LoadResult Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new LoadResult(Number(fields[0]), Number(fields[1]), Number(fields[2]));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:F1} {MedianMs:F3} {P99Ms:F3}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
