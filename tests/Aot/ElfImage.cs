using System.Buffers.Binary;

namespace Calico.Tests.Aot;

/// <summary>The program headers of a 64-bit little-endian ELF file (System V ABI, chapter 5).</summary>
internal sealed class ElfImage
{
    private const int HeaderSize = 64;
    private const uint DynamicSegment = 2;
    private const uint InterpreterSegment = 3;
    private readonly HashSet<uint> _segments = [];

    private ElfImage(ReadOnlySpan<byte> image)
    {
        if (image.Length < HeaderSize || !image.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        var offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[56..]);
        for (var i = 0; i < count; i++)
        {
            _segments.Add(BinaryPrimitives.ReadUInt32LittleEndian(image[(offset + (i * size))..]));
        }
    }

    /// <summary>No loader and no shared library of the host takes part when it starts.</summary>
    public bool IsStatic => !_segments.Contains(InterpreterSegment) && !_segments.Contains(DynamicSegment);

    public static ElfImage Read(string path) => new(File.ReadAllBytes(path));
}
