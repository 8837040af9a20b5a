using System.Buffers;

namespace Calico.Cni.Protocol;

/// <summary>Which names the spec allows (CNI spec 1.1.0, sections 1 and 2).</summary>
internal static class CniNames
{
    /// <summary>The kernel's IFNAMSIZ without the closing zero.</summary>
    public const int MaxInterfaceName = 15;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Starts with a letter or digit; then letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</summary>
    public static bool IsContainerId(string text) => IsIdentifier(text);

    /// <summary>The same characters as a container ID: the name becomes part of file names and keys.</summary>
    public static bool IsNetworkName(string text) => IsIdentifier(text);

    /// <summary>1 to 15 bytes, not <c>.</c> or <c>..</c>, no <c>/</c>, <c>:</c> or white space.</summary>
    public static bool IsInterfaceName(string text)
    {
        if (text is "" or "." or ".." || System.Text.Encoding.UTF8.GetByteCount(text) > MaxInterfaceName)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIdentifier(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;
}
