using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Calico.Model.Net;

/// <summary>One IPv4 or IPv6 address as a value: comparable, countable, with canonical text (RFC 5952 for IPv6).</summary>
/// <remarks>An IPv4-mapped IPv6 address parses as IPv4, and a scope (<c>%eth0</c>) is refused: neither may enter the datastore.</remarks>
public readonly record struct IpAddress : IComparable<IpAddress>, ISpanParsable<IpAddress>, ISpanFormattable
{
    private static readonly SearchValues<char> DottedCharacters = SearchValues.Create("0123456789.");

    public IpAddress(IpFamily family, UInt128 value)
    {
        if (family == IpFamily.IPv4 && value > uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "an IPv4 address has 32 bits");
        }

        Family = family;
        Value = value;
    }

    public IpFamily Family { get; }

    /// <summary>The address as an unsigned number in host order.</summary>
    public UInt128 Value { get; }

    public static IpAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return FromBytes(bytes[..length]);
    }

    /// <summary>Reads 4 or 16 bytes in network order.</summary>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => new(IpFamily.IPv4, BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(IpFamily.IPv6, BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        _ => throw new ArgumentException($"an address has 4 or 16 bytes, not {bytes.Length}", nameof(bytes)),
    };

    /// <summary>Writes the address in network order; returns 4 or 16.</summary>
    public int WriteBytes(Span<byte> destination)
    {
        if (Family == IpFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Value);
            return 4;
        }

        BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
        return 16;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Family == IpFamily.IPv4 ? 4 : 16];
        WriteBytes(bytes);
        return bytes;
    }

    public IPAddress ToIPAddress() => new(ToBytes());

    /// <summary>The address <paramref name="offset"/> places further; wraps inside the family.</summary>
    public IpAddress Add(UInt128 offset) =>
        new(Family, Family == IpFamily.IPv4 ? (uint)(Value + offset) : unchecked(Value + offset));

    /// <summary>The CIDR that holds this address alone: /32 or /128.</summary>
    public Cidr ToCidr() => new(this, Family.Bits());

    public int CompareTo(IpAddress other) =>
        Family != other.Family ? Family.CompareTo(other.Family) : Value.CompareTo(other.Value);

    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;

    public static IpAddress Parse(string s) => Parse(s.AsSpan(), null);

    public static IpAddress Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static IpAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is not an IP address");

    public static bool TryParse([NotNullWhen(true)] string? s, out IpAddress result) => TryParse(s.AsSpan(), null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpAddress result)
    {
        // IPAddress also takes "10.1" and "0x0a000001"; a datastore must not.
        result = default;
        var dotted = s.Count('.') == 3 && s.IndexOfAnyExcept(DottedCharacters) < 0;
        if ((!dotted && !s.Contains(':')) || s.Contains('%') || s.Contains('[') || !IPAddress.TryParse(s, out var parsed))
        {
            return false;
        }

        result = From(parsed);
        return !dotted || result.ToString().Length == s.Length;
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Family == IpFamily.IPv4
            ? destination.TryWrite($"{(byte)(Value >> 24)}.{(byte)(Value >> 16)}.{(byte)(Value >> 8)}.{(byte)Value}", out charsWritten)
            : IPv6Text.TryFormat(Value, destination, out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString()
    {
        Span<char> text = stackalloc char[IPv6Text.MaxLength];
        TryFormat(text, out var length, default, null);
        return new string(text[..length]);
    }
}
