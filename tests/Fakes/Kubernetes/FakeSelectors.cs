using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>Label and field selectors as the API server reads them.</summary>
internal static class FakeSelectors
{
    public static bool Matches(JsonObject resource, string labelSelector, string fieldSelector) =>
        Split(labelSelector).All(part => MatchesLabel(resource["metadata"]?["labels"] as JsonObject ?? [], part))
        && Split(fieldSelector).All(part => MatchesField(resource, part));

    private static bool MatchesLabel(JsonObject labels, string part)
    {
        if (part.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
        {
            var words = part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = part[(open + 1)..].TrimEnd(')').Split(',', StringSplitOptions.TrimEntries);
            var isIn = Text(labels[words[0]]) is { } value && values.Contains(value);
            return words[1] switch { "in" => isIn, "notin" => !isIn, _ => throw Bad(part) };
        }

        if (Compare(part) is not var (name, wanted, isEqual))
        {
            return part.StartsWith('!') ? !labels.ContainsKey(part[1..].Trim()) : labels.ContainsKey(part);
        }

        return (Text(labels[name]) == wanted) == isEqual;
    }

    private static bool MatchesField(JsonObject resource, string part)
    {
        var (path, wanted, isEqual) = Compare(part) ?? throw Bad(part);
        JsonNode? node = resource;
        foreach (var step in path.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return ((Text(node) ?? "") == wanted) == isEqual;
    }

    private static (string Name, string Value, bool IsEqual)? Compare(string part)
    {
        foreach (var sign in (string[])["!=", "==", "="])
        {
            if (part.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at)
            {
                return (part[..at].Trim(), part[(at + sign.Length)..].Trim(), sign != "!=");
            }
        }

        return null;
    }

    /// <summary>At the commas outside parentheses.</summary>
    private static IEnumerable<string> Split(string selector)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i <= selector.Length; i++)
        {
            if (i == selector.Length || (selector[i] == ',' && depth == 0))
            {
                if (selector[start..i].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = i + 1;
            }
            else
            {
                depth += selector[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    private static string? Text(JsonNode? node) => node?.ToString();

    private static FakeStatusException Bad(string part) => new(400, "BadRequest", $"unable to parse requirement: {part}");
}
