using System.Text.Json;
using System.Text.Json.Nodes;

namespace Calico.Ctl.Resources;

/// <summary>What of an object stands in a cell of a table. A field of an unexpected form is shown as it is; an absent one is a dash, so that columns stay columns for scripts.</summary>
internal static class Cells
{
    public const string None = "-";
    private const int LongestList = 80;

    /// <param name="path">Names with dots between them, such as <c>spec.bgp.asNumber</c>.</param>
    public static JsonNode? Find(JsonObject json, string path)
    {
        JsonNode? node = json;
        foreach (var name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    public static string? Text(JsonObject json, string path) => Find(json, path) is { } node && Show(node) is { Length: > 0 } text ? text : null;

    public static Column Field(string heading, string path, string absent = None) => new(heading, json => Text(json, path) ?? absent);

    /// <summary>A long list is cut, as upstream cuts it.</summary>
    public static Column Cut(string heading, string path) => new(heading, json => Text(json, path) is { } text ? text.Length > LongestList ? text[..LongestList] + "..." : text : None);

    private static string Show(JsonNode node) => node switch
    {
        JsonArray list => string.Join(',', list.Select(item => item is null ? "null" : Show(item))),
        JsonObject map => string.Join(',', map.Select(field => $"{field.Key}={(field.Value is null ? "null" : Show(field.Value))}")),
        _ => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
    };
}
