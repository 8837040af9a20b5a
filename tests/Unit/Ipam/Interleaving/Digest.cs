using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>128 bits of SHA-256: two different states of a run of millions do not get the same by chance.</summary>
internal static class Digest
{
    public static UInt128 Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static UInt128 Join(params ReadOnlySpan<UInt128> parts) => Of(MemoryMarshal.AsBytes(parts));

    private static UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
