using System.Globalization;

namespace Calico.Model.Net;

/// <summary>
/// RFC 5952 text of an IPv6 address, always in hexadecimal groups. The framework writes some addresses with an IPv4 tail
/// (<c>::5efe:10.0.0.1</c>, <c>::10.0.0.1</c>); upstream does not, and the text is part of keys in the store.
/// </summary>
internal static class IPv6Text
{
    public const int MaxLength = 39;
    private const int Groups = 8;

    public static bool TryFormat(UInt128 value, Span<char> destination, out int charsWritten)
    {
        Span<char> text = stackalloc char[MaxLength + 1];
        var (zerosStart, zerosLength) = LongestZeros(value);
        var length = 0;
        for (var i = 0; i < Groups; i++)
        {
            if (i == zerosStart)
            {
                text[length++] = ':';
                text[length++] = ':';
                i += zerosLength - 1;
                continue;
            }

            if (length > 0 && text[length - 1] != ':')
            {
                text[length++] = ':';
            }

            Group(value, i).TryFormat(text[length..], out var digits, "x", CultureInfo.InvariantCulture);
            length += digits;
        }

        charsWritten = text[..length].TryCopyTo(destination) ? length : 0;
        return charsWritten > 0;
    }

    private static ushort Group(UInt128 value, int index) => (ushort)(value >> (16 * (Groups - 1 - index)));

    // The first of the longest runs of at least two zero groups (RFC 5952 sections 4.2.2 and 4.2.3).
    private static (int Start, int Length) LongestZeros(UInt128 value)
    {
        var (start, length) = (-1, 1);
        for (var i = 0; i < Groups; i++)
        {
            var end = i;
            while (end < Groups && Group(value, end) == 0)
            {
                end++;
            }

            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }

            i = Math.Max(i, end - 1);
        }

        return (start, length);
    }
}
