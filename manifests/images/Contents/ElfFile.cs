using System.Buffers.Binary;
using System.Text;

namespace Calico.Images.Contents;

/// <summary>What a 64-bit little-endian ELF file asks of the dynamic linker (System V ABI, chapter 5).</summary>
internal sealed record ElfFile(string? Interpreter, IReadOnlyList<string> Needed)
{
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const uint InterpreterSegment = 3;
    private const ulong NeededTag = 1;
    private const ulong StringTableTag = 5;

    /// <returns>Null when it is no such file.</returns>
    public static ElfFile? Parse(ReadOnlySpan<byte> image)
    {
        if (image.Length < 64 || !image.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            return null;
        }

        List<(uint Type, ulong Offset, ulong Address, ulong Size)> segments = [];
        var table = (int)Word(image, 32);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[54..]);
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(image[56..]); i++)
        {
            var header = image[(table + (i * size))..];
            segments.Add((BinaryPrimitives.ReadUInt32LittleEndian(header), Word(header, 8), Word(header, 16), Word(header, 32)));
        }

        var interpreter = segments.Where(segment => segment.Type == InterpreterSegment).Select(segment => (int?)segment.Offset).FirstOrDefault();
        return new ElfFile(interpreter is { } offset ? TextAt(image, offset) : null, ReadNeeded(image, segments));
    }

    private static List<string> ReadNeeded(ReadOnlySpan<byte> image, List<(uint Type, ulong Offset, ulong Address, ulong Size)> segments)
    {
        List<ulong> names = [];
        ulong strings = 0;
        foreach (var dynamic in segments.Where(segment => segment.Type == DynamicSegment))
        {
            for (var at = (int)dynamic.Offset; at < (int)(dynamic.Offset + dynamic.Size); at += 16)
            {
                var (tag, value) = (Word(image, at), Word(image, at + 8));
                if (tag == NeededTag)
                {
                    names.Add(value);
                }
                else if (tag == StringTableTag)
                {
                    strings = value;
                }
            }
        }

        // The table is named by its address in memory.
        var home = segments.FirstOrDefault(segment => segment.Type == LoadSegment && strings >= segment.Address && strings < segment.Address + segment.Size);
        List<string> needed = [];
        foreach (var name in names)
        {
            needed.Add(TextAt(image, (int)(strings - home.Address + home.Offset + name)));
        }

        return needed;
    }

    private static ulong Word(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);

    private static string TextAt(ReadOnlySpan<byte> image, int at) => Encoding.UTF8.GetString(image[at..(at + image[at..].IndexOf((byte)0))]);
}
