using System.Text;

namespace Calico.Ctl.Output;

/// <summary>Tables for terminals and for scripts: the same text on both, columns as wide as what is in them. Pure.</summary>
internal static class TextTable
{
    private const string Gap = "   ";

    /// <summary>Headings and rows, parted by spaces, as <c>ps</c> does it.</summary>
    public static string Plain(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Widths(headings, rows);
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            text.Append(string.Join(Gap, row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>With lines around the cells.</summary>
    /// <param name="numbers">The columns whose cells stand at the right.</param>
    public static string Boxed(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows, params IReadOnlyList<int> numbers)
    {
        var widths = Widths(headings, rows);
        var line = $"+{string.Join('+', widths.Select(width => new string('-', width + 2)))}+\n";
        var text = new StringBuilder(line).Append(Row(headings)).Append(line);
        foreach (var row in rows)
        {
            text.Append(Row(row));
        }

        return text.Append(line).ToString();

        string Row(IReadOnlyList<string> cells) =>
            $"| {string.Join(" | ", cells.Select((cell, i) => numbers.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))} |\n";
    }

    private static int[] Widths(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows) =>
        [.. headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max())];
}
