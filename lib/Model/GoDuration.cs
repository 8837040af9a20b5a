using System.Buffers;
using System.Globalization;

namespace Calico.Model;

/// <summary>Durations as Go writes them: <c>2m0s</c>, <c>1h</c>, <c>1.5s</c>, <c>0</c>.</summary>
public static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("us", 1e-6), ("ns", 1e-9), ("h", 3600), ("m", 60), ("s", 1)];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>False for what is no duration, is negative, or is longer than some 14,000 years.</summary>
    public static bool TryParse(string text, out TimeSpan result)
    {
        ArgumentNullException.ThrowIfNull(text);
        result = default;
        var rest = text.AsSpan();
        if (rest is "0")
        {
            return true;
        }

        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || !TakeUnit(rest[digits..], out var unit, out var factor))
            {
                return false;
            }

            seconds += number * factor;
            rest = rest[(digits + unit)..];
        }

        if (text.Length == 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return false;
        }

        result = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static bool TakeUnit(ReadOnlySpan<char> text, out int length, out double seconds)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.StartsWith(unit, StringComparison.Ordinal))
            {
                (length, seconds) = (unit.Length, factor);
                return true;
            }
        }

        (length, seconds) = (0, 0);
        return false;
    }
}
