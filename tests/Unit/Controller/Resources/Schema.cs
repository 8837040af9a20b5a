using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Calico.Tests.Unit.Controller.Resources;

/// <summary>A CustomResourceDefinition as its file says, and what its schema says of objects: the part of OpenAPI that we use, as the API server reads it.</summary>
internal sealed class Schema
{
    private readonly JsonObject _definition;

    private Schema(JsonObject definition) => _definition = definition;

    public JsonNode Names => _definition["spec"]!["names"]!;

    public string Name => (string)_definition["metadata"]!["name"]!;

    public bool IsNamespaced => (string)_definition["spec"]!["scope"]! == "Namespaced";

    public JsonNode Version => _definition["spec"]!["versions"]!.AsArray().Single()!;

    public JsonObject Root => Version["schema"]!["openAPIV3Schema"]!.AsObject();

    public JsonObject Spec => Root["properties"]!["spec"]!.AsObject();

    public static Schema Load(string path)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(path);
        yaml.Load(reader);
        return new Schema(ToJson(yaml.Documents.Single().RootNode)!.AsObject());
    }

    public override string ToString() => Name;

    /// <summary>The first thing that the schema does not allow; null when it allows all. A field it does not know counts too: the API server would drop it.</summary>
    public string? Refuses(JsonNode resource) => Refuses(Root, resource, "");

    public bool Knows(params string[] path)
    {
        var schema = Spec;
        foreach (var field in path)
        {
            schema = schema["items"]?.AsObject() ?? schema;
            if (schema["properties"]?[field] is not JsonObject next)
            {
                return false;
            }

            schema = next;
        }

        return true;
    }

    private static string? Refuses(JsonObject schema, JsonNode? value, string path) => value switch
    {
        JsonObject fields => RefusesObject(schema, fields, path),
        JsonArray items => RefusesArray(schema, items, path),
        JsonValue scalar => RefusesScalar(schema, scalar, path),
        _ => $"{path} is null",
    };

    private static string? RefusesObject(JsonObject schema, JsonObject fields, string path)
    {
        if ((string?)schema["type"] != "object")
        {
            return $"{path} is an object";
        }

        var missing = schema["required"]?.AsArray().FirstOrDefault(name => !fields.ContainsKey((string)name!));
        if (missing is not null)
        {
            return $"{path}.{missing} is missing";
        }

        var isOpen = (bool?)schema["x-kubernetes-preserve-unknown-fields"] == true || path is ".metadata";
        foreach (var (name, value) in fields)
        {
            var known = schema["properties"]?[name] ?? schema["additionalProperties"];
            var refusal = known is not null ? Refuses(known.AsObject(), value, $"{path}.{name}") : isOpen ? null : $"{path}.{name} is unknown";
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static string? RefusesArray(JsonObject schema, JsonArray items, string path) =>
        (string?)schema["type"] != "array" ? $"{path} is a list"
        : items.Count > ((long?)schema["maxItems"] ?? long.MaxValue) ? $"{path} is too long"
        : items.Select((item, i) => Refuses(schema["items"]!.AsObject(), item, $"{path}[{i}]")).FirstOrDefault(refusal => refusal is not null);

    private static string? RefusesScalar(JsonObject schema, JsonValue value, string path)
    {
        var kind = value.GetValueKind();
        var isIntOrString = (bool?)schema["x-kubernetes-int-or-string"] == true;
        var type = (string?)schema["type"];
        if (schema["enum"] is { } allowed && !allowed.AsArray().Any(a => JsonNode.DeepEquals(a, value)))
        {
            return $"{path} is none of {allowed.ToJsonString()}";
        }

        if (kind == System.Text.Json.JsonValueKind.String && (isIntOrString || type == "string"))
        {
            var text = (string)value!;
            return schema["pattern"] is { } pattern && !Regex.IsMatch(text, (string)pattern!) ? $"{path} does not look like {pattern}"
                : text.Length > ((long?)schema["maxLength"] ?? long.MaxValue) ? $"{path} is too long" : null;
        }

        if (kind == System.Text.Json.JsonValueKind.Number && (isIntOrString || type is "integer" or "number"))
        {
            var number = (double)value;
            return number < ((long?)schema["minimum"] ?? long.MinValue) || number > ((long?)schema["maximum"] ?? long.MaxValue) ? $"{path} is out of range"
                : type != "number" && number != Math.Floor(number) ? $"{path} is no whole number" : null;
        }

        return kind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False && type == "boolean" ? null : $"{path} is a {kind}";
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException($"{node.NodeType}"),
    };

    private static JsonNode? Plain(string text) =>
        text is "true" or "false" ? text == "true"
        : text is "null" or "" ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : text;
}
