using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Calico.Tests.Netns.Chaos;

/// <summary>A function of the vDSO (vdso(7)): the kernel's code in a process' own memory, by which every program asks for the time, in C or not, static or not.</summary>
/// <param name="Address">In that process.</param>
/// <param name="Size">Bytes of its code.</param>
internal sealed record VdsoFunction(long Address, int Size)
{
    private const int DynamicSymbols = 11;
    private const int SectionSize = 64;
    private const int SymbolSize = 24;

    /// <summary>Finds it by the image's ELF sections (gABI, 64 bits); null when there is none of that name.</summary>
    public static VdsoFunction? Find(int pid, string name)
    {
        var line = File.ReadLines($"/proc/{pid}/maps").FirstOrDefault(line => line.EndsWith("[vdso]", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        var range = line.Split(' ')[0].Split('-').Select(text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var image = new byte[range[1] - range[0]];
        using var memory = File.OpenHandle($"/proc/{pid}/mem");
        RandomAccess.Read(memory, image, range[0]);
        return Symbols(image).Where(symbol => symbol.Name == name).Select(symbol => new VdsoFunction(range[0] + symbol.Offset, symbol.Size)).FirstOrDefault();
    }

    private static IEnumerable<(string Name, long Offset, int Size)> Symbols(byte[] image)
    {
        var sections = (int)Long(image, 0x28);
        foreach (var header in Enumerable.Range(0, Short(image, 0x3c)).Select(index => sections + (index * SectionSize)).Where(header => Int(image, header + 4) == DynamicSymbols))
        {
            var (symbols, length) = ((int)Long(image, header + 24), (int)Long(image, header + 32));
            var names = (int)Long(image, sections + (Int(image, header + 40) * SectionSize) + 24);
            for (var symbol = symbols; symbol < symbols + length; symbol += SymbolSize)
            {
                yield return (Text(image, names + Int(image, symbol)), Long(image, symbol + 8), (int)Long(image, symbol + 16));
            }
        }
    }

    private static string Text(byte[] image, int at) => Encoding.ASCII.GetString(image, at, image.AsSpan(at).IndexOf((byte)0));

    private static int Short(byte[] image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private static int Int(byte[] image, int at) => BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at));

    private static long Long(byte[] image, int at) => BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(at));
}
