namespace Calico.Ctl.Output;

/// <summary>What has to be done to the lines of one text to get another: <c>-</c> goes, <c>+</c> comes, a few unchanged ones around them. Pure.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    /// <summary>Empty when the texts are equal.</summary>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (old, @new) = (Lines(before), Lines(after));
        var marked = Mark(old, @new, LongestCommon(old, @new));
        var shown = new List<string>();
        var skipped = false;
        for (var i = 0; i < marked.Count; i++)
        {
            if (marked.Skip(Math.Max(0, i - Context)).Take(Math.Min(i, Context) + Context + 1).Any(line => line[0] != ' '))
            {
                if (skipped && shown.Count > 0)
                {
                    shown.Add("  ...");
                }

                shown.Add(marked[i]);
                skipped = false;
            }
            else
            {
                skipped = true;
            }
        }

        return shown;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    /// <summary>The length of the longest common subsequence of what follows each pair of places.</summary>
    private static int[,] LongestCommon(string[] old, string[] @new)
    {
        var lengths = new int[old.Length + 1, @new.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = @new.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = old[i] == @new[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }

    private static List<string> Mark(string[] old, string[] @new, int[,] common)
    {
        var marked = new List<string>();
        var (i, j) = (0, 0);
        while (i < old.Length || j < @new.Length)
        {
            if (i < old.Length && j < @new.Length && old[i] == @new[j])
            {
                marked.Add("  " + old[i++]);
                j++;
            }
            else if (j == @new.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                marked.Add("- " + old[i++]);
            }
            else
            {
                marked.Add("+ " + @new[j++]);
            }
        }

        return marked;
    }
}
