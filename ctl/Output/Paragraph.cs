namespace Calico.Ctl.Output;

/// <summary>Sentences in lines of a terminal's width. Pure.</summary>
internal static class Paragraph
{
    /// <summary>What a terminal has at least.</summary>
    public const int Width = 80;

    /// <param name="first">What the first line begins with; the others are indented as far.</param>
    public static IEnumerable<string> Lines(string first, string text)
    {
        var (indent, line, isEmpty) = (new string(' ', first.Length), first, true);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                (line, isEmpty) = (indent, true);
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        yield return line;
    }
}
