namespace Calico.Images.Packages;

/// <summary>Debian's control format: stanzas of <c>Field: value</c>, continued by indented lines, apart by empty ones (deb822(5)).</summary>
internal static class ControlFile
{
    public static IEnumerable<IReadOnlyDictionary<string, string>> Parse(string text)
    {
        foreach (var stanza in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = ParseStanza(stanza);
            if (fields.Count > 0)
            {
                yield return fields;
            }
        }
    }

    private static SortedDictionary<string, string> ParseStanza(string stanza)
    {
        SortedDictionary<string, string> fields = new(StringComparer.Ordinal);
        var last = "";
        foreach (var line in stanza.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (char.IsWhiteSpace(line[0]) && last.Length > 0)
            {
                fields[last] += "\n" + line;
            }
            else if (colon > 0)
            {
                last = line[..colon];
                fields[last] = line[(colon + 1)..].Trim();
            }
        }

        return fields;
    }
}
