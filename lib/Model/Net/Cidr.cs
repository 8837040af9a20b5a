using System.Diagnostics.CodeAnalysis;

namespace Calico.Model.Net;

/// <summary>A range of addresses, <c>address/prefix</c>, with the host bits zero (RFC 4632, RFC 4291 section 2.3).</summary>
/// <remarks>Parsing masks the host bits; <see cref="InterfaceAddress"/> is the type that keeps them.</remarks>
public readonly record struct Cidr : IComparable<Cidr>, ISpanParsable<Cidr>, ISpanFormattable
{
    public Cidr(IpAddress address, int prefixLength)
    {
        var bits = address.Family.Bits();
        if (prefixLength < 0 || prefixLength > bits)
        {
            throw new ArgumentOutOfRangeException(nameof(prefixLength), $"the prefix of {address} lies between 0 and {bits}, not {prefixLength}");
        }

        PrefixLength = prefixLength;
        Address = new IpAddress(address.Family, address.Value & Mask(address.Family, prefixLength));
    }

    /// <summary>The first address of the range.</summary>
    public IpAddress Address { get; }

    public int PrefixLength { get; }

    public IpFamily Family => Address.Family;

    /// <summary>How many addresses the range holds; <see cref="UInt128.MaxValue"/> for <c>::/0</c>, which holds one more than fits.</summary>
    public UInt128 Size
    {
        get
        {
            var hostBits = Family.Bits() - PrefixLength;
            return hostBits == 128 ? UInt128.MaxValue : UInt128.One << hostBits;
        }
    }

    public IpAddress Last => new(Family, Address.Value | (HostMask(Family) & ~Mask(Family, PrefixLength)));

    public bool IsSingleAddress => PrefixLength == Family.Bits();

    public bool Contains(IpAddress address) =>
        address.Family == Family && (address.Value & Mask(Family, PrefixLength)) == Address.Value;

    public bool Contains(Cidr other) => other.PrefixLength >= PrefixLength && Contains(other.Address);

    public bool Overlaps(Cidr other) => Contains(other) || other.Contains(this);

    /// <summary>The address at <paramref name="ordinal"/>, counted from 0.</summary>
    public IpAddress this[UInt128 ordinal] => Address.Add(ordinal);

    /// <summary>The place of <paramref name="address"/> in the range, counted from 0.</summary>
    public UInt128 OrdinalOf(IpAddress address) => Contains(address)
        ? address.Value - Address.Value
        : throw new ArgumentException($"{address} is not in {this}", nameof(address));

    /// <summary>Upstream's spelling inside an etcd key: <c>10.0.0.0-26</c>.</summary>
    public string ToKeyText() => $"{Address}-{PrefixLength}";

    public static bool TryParseKeyText(string text, out Cidr result)
    {
        ArgumentNullException.ThrowIfNull(text);
        result = default;
        var dash = text.LastIndexOf('-');
        return dash > 0 && TryParse($"{text.AsSpan(0, dash)}/{text.AsSpan(dash + 1)}", out result);
    }

    public int CompareTo(Cidr other)
    {
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : PrefixLength.CompareTo(other.PrefixLength);
    }

    public static bool operator <(Cidr left, Cidr right) => left.CompareTo(right) < 0;

    public static bool operator >(Cidr left, Cidr right) => left.CompareTo(right) > 0;

    public static bool operator <=(Cidr left, Cidr right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Cidr left, Cidr right) => left.CompareTo(right) >= 0;

    public static Cidr Parse(string s) => Parse(s.AsSpan(), null);

    public static Cidr Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static Cidr Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is not a CIDR such as 10.0.0.0/16 or fd00::/64");

    public static bool TryParse([NotNullWhen(true)] string? s, out Cidr result) => TryParse(s.AsSpan(), null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Cidr result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Reads <c>address/prefix</c>; a bare address is its /32 or /128.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Cidr result)
    {
        result = default;
        if (!InterfaceAddress.TryParse(s, provider, out var parsed))
        {
            return false;
        }

        result = parsed.Network;
        return true;
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{Address}/{PrefixLength}", out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => $"{Address}/{PrefixLength}";

    private static UInt128 HostMask(IpFamily family) => family == IpFamily.IPv4 ? uint.MaxValue : UInt128.MaxValue;

    private static UInt128 Mask(IpFamily family, int prefixLength)
    {
        var hostBits = family.Bits() - prefixLength;
        return hostBits == 128 ? UInt128.Zero : HostMask(family) & ~((UInt128.One << hostBits) - 1);
    }
}
