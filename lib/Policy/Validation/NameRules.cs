using System.Buffers;

namespace Calico.Policy.Validation;

/// <summary>The forms of names that Kubernetes and upstream prescribe.</summary>
internal static class NameRules
{
    public const int MaxSubdomain = 253;
    public const int MaxLabel = 63;
    private const string LowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Alphanumeric = LowerAlphanumeric + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(LowerAlphanumeric + "-");
    private static readonly SearchValues<char> InterfaceCharacters = SearchValues.Create(Alphanumeric + "-_.*");
    private static readonly SearchValues<char> QualifiedCharacters = SearchValues.Create(Alphanumeric + "-_.");

    /// <summary>Lower-case letters, digits and inner dashes (RFC 1123), of any length.</summary>
    public static bool IsDnsLabel(ReadOnlySpan<char> name) =>
        !name.IsEmpty && !name.ContainsAnyExcept(LabelCharacters) && name[0] != '-' && name[^1] != '-';

    /// <summary>Labels joined by dots, together at most 253 characters.</summary>
    public static bool IsDnsSubdomain(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxSubdomain)
        {
            return false;
        }

        foreach (var part in name.Split('.'))
        {
            if (!IsDnsLabel(name[part]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name of up to 63 letters, digits and inner <c>-_.</c>, perhaps behind a subdomain and a slash: the key of a label.</summary>
    public static bool IsQualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || IsDnsSubdomain(key.AsSpan(0, slash))) && slash + 1 < key.Length && IsLabelValue(key.AsSpan(slash + 1));
    }

    /// <summary>Up to 63 letters, digits and inner <c>-_.</c>; may be empty.</summary>
    public static bool IsLabelValue(ReadOnlySpan<char> value) =>
        value.IsEmpty
        || (value.Length <= MaxLabel && IsPortName(value) && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]));

    /// <summary>The name of a network interface, at most 15 characters, in which <c>*</c> is any text.</summary>
    public static bool IsInterfacePattern(ReadOnlySpan<char> name) => name.Length is > 0 and <= 15 && !name.ContainsAnyExcept(InterfaceCharacters);

    /// <summary>1 to 128 letters, digits and <c>-_.</c>: the name of a port in a rule.</summary>
    public static bool IsPortName(ReadOnlySpan<char> name) => name.Length is > 0 and <= 128 && !name.ContainsAnyExcept(QualifiedCharacters);
}
