using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Calico.Model.Net;

/// <summary>A 48-bit Ethernet address; text is six lower-case octets joined by colons (IEEE 802).</summary>
public readonly record struct MacAddress : ISpanParsable<MacAddress>, ISpanFormattable
{
    private const int TextLength = 17;

    public MacAddress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != 6)
        {
            throw new ArgumentException($"a MAC address has 6 octets, not {octets.Length}", nameof(octets));
        }

        foreach (var octet in octets)
        {
            Value = (Value << 8) | octet;
        }
    }

    /// <summary>What the host end of every pod's veth carries; proxy ARP answers with it.</summary>
    public static MacAddress HostSide { get; } = new([0xee, 0xee, 0xee, 0xee, 0xee, 0xee]);

    /// <summary>The octets as one number, first octet highest.</summary>
    public ulong Value { get; }

    public byte[] ToBytes() =>
        [(byte)(Value >> 40), (byte)(Value >> 32), (byte)(Value >> 24), (byte)(Value >> 16), (byte)(Value >> 8), (byte)Value];

    /// <summary>The link-local IPv6 address made of this MAC (modified EUI-64, RFC 4291 appendix A).</summary>
    public IpAddress ToLinkLocal()
    {
        var high = (Value >> 24) ^ 0x020000;
        var interfaceId = (high << 40) | (0xfffeUL << 24) | (Value & 0xffffff);
        return new IpAddress(IpFamily.IPv6, new UInt128(0xfe80_0000_0000_0000UL, interfaceId));
    }

    public static MacAddress Parse(string s) => Parse(s.AsSpan(), null);

    public static MacAddress Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is not a MAC address such as ca:fe:1d:52:bb:e9");

    public static bool TryParse([NotNullWhen(true)] string? s, out MacAddress result) => TryParse(s.AsSpan(), null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result)
    {
        result = default;
        if (s.Length != TextLength)
        {
            return false;
        }

        Span<byte> octets = stackalloc byte[6];
        for (var i = 0; i < 6; i++)
        {
            var wellJoined = i == 5 || s[(i * 3) + 2] is ':' or '-';
            if (!wellJoined || !byte.TryParse(s.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octets[i]))
            {
                return false;
            }
        }

        result = new MacAddress(octets);
        return true;
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (destination.Length < TextLength)
        {
            return false;
        }

        const string Digits = "0123456789abcdef";
        for (var i = 0; i < 6; i++)
        {
            var octet = (byte)(Value >> (40 - (8 * i)));
            destination[i * 3] = Digits[octet >> 4];
            destination[(i * 3) + 1] = Digits[octet & 15];
            if (i < 5)
            {
                destination[(i * 3) + 2] = ':';
            }
        }

        charsWritten = TextLength;
        return true;
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(TextLength, this, static (span, mac) => mac.TryFormat(span, out _, default, null));
}
