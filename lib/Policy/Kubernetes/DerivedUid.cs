namespace Calico.Policy.Kubernetes;

/// <summary>The UID of what we make of a Kubernetes object: always the same, and not that object's own, which Kubernetes' garbage collector knows.</summary>
/// <remarks>As upstream derives it: each byte with its bits reversed, but for the two that hold the version and the variant (RFC 9562).</remarks>
public static class DerivedUid
{
    private const int VersionByte = 6;
    private const int VariantByte = 8;

    /// <returns>Null when the text is no UUID, as the UIDs of static pods and of tests may be.</returns>
    public static string? Of(string uid)
    {
        if (!Guid.TryParse(uid, out var parsed))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, bigEndian: true, out _);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = i is VersionByte or VariantByte ? bytes[i] : Reversed(bytes[i]);
        }

        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static byte Reversed(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            reversed = (reversed << 1) | ((value >> bit) & 1);
        }

        return (byte)reversed;
    }
}
