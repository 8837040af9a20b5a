using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Net;

/// <summary>An address with the prefix length of its link, host bits kept, as an interface carries it (<c>172.18.0.31/24</c>).</summary>
[JsonConverter(typeof(InterfaceAddressConverter))]
public readonly record struct InterfaceAddress(IpAddress Address, int PrefixLength) : ISpanParsable<InterfaceAddress>, ISpanFormattable
{
    public IpFamily Family => Address.Family;

    /// <summary>The range of the link, host bits zero.</summary>
    public Cidr Network => new(Address, PrefixLength);

    public static InterfaceAddress Parse(string s) => Parse(s.AsSpan(), null);

    public static InterfaceAddress Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static InterfaceAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is not an address with a prefix such as 172.18.0.31/24");

    public static bool TryParse([NotNullWhen(true)] string? s, out InterfaceAddress result) => TryParse(s.AsSpan(), null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InterfaceAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Reads <c>address/prefix</c>; a bare address gets /32 or /128.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out InterfaceAddress result)
    {
        result = default;
        var slash = s.IndexOf('/');
        var addressText = slash < 0 ? s : s[..slash];
        if (!IpAddress.TryParse(addressText, provider, out var address))
        {
            return false;
        }

        var bits = address.Family.Bits();
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(s[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        result = new InterfaceAddress(address, prefix);
        return true;
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{Address}/{PrefixLength}", out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => $"{Address}/{PrefixLength}";
}
