namespace Calico.Cni.Protocol;

/// <summary>
/// Times as text, digit by digit. The framework's formats know time zones, cultures and patterns, and would make <c>calico</c> a thirtieth
/// larger.
/// </summary>
internal static class UtcText
{
    private const int TickDigits = 7;

    /// <summary><c>2026-01-02T03:04:05.678Z</c>: RFC 3339 with milliseconds.</summary>
    public static string OfLine(DateTimeOffset time) => Format(time, ':', 3) + "Z";

    /// <summary><c>2026-01-02T03-04-05.6780000</c>: for names of files, which then sort by time.</summary>
    public static string OfFile(DateTimeOffset time) => Format(time, '-', TickDigits);

    private static string Format(DateTimeOffset time, char separator, int fractionDigits)
    {
        var utc = time.UtcDateTime;
        var text = new char[20 + fractionDigits];
        Write(text.AsSpan(0, 4), utc.Year);
        text[4] = text[7] = '-';
        Write(text.AsSpan(5, 2), utc.Month);
        Write(text.AsSpan(8, 2), utc.Day);
        text[10] = 'T';
        Write(text.AsSpan(11, 2), utc.Hour);
        text[13] = text[16] = separator;
        Write(text.AsSpan(14, 2), utc.Minute);
        Write(text.AsSpan(17, 2), utc.Second);
        text[19] = '.';
        var fraction = (int)(utc.Ticks % TimeSpan.TicksPerSecond);
        for (var dropped = TickDigits - fractionDigits; dropped > 0; dropped--)
        {
            fraction /= 10;
        }

        Write(text.AsSpan(20), fraction);
        return new string(text);
    }

    private static void Write(Span<char> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (char)('0' + (number % 10));
            number /= 10;
        }
    }
}
