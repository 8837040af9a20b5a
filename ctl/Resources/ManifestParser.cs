using System.Text.Json.Nodes;
using Calico.Model.Resources;
using Calico.Store.Yaml;

namespace Calico.Ctl.Resources;

/// <summary>Takes texts apart into objects: documents, lists of objects, <c>kind: List</c> and <c>kind: XList</c>. Pure; what cannot be understood is named and the rest goes on.</summary>
/// <param name="namespace">The namespace of objects that name none; null is <c>default</c>.</param>
internal sealed class ManifestParser(string? @namespace)
{
    private const string DefaultNamespace = "default";
    private readonly List<Manifest> _manifests = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<Manifest> Manifests => _manifests;

    /// <summary>Each a sentence with the file and the place in it.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>How many objects the text has, good or bad.</summary>
    public int Add(string source, string text)
    {
        var before = _manifests.Count + _problems.Count;
        try
        {
            var documents = YamlJson.ReadAll(text);
            for (var i = 0; i < documents.Count; i++)
            {
                AddNode(documents.Count == 1 ? source : $"{source}, document {i + 1}", documents[i], null);
            }
        }
        catch (FormatException e)
        {
            _problems.Add($"{source}: {e.Message}");
        }

        return _manifests.Count + _problems.Count - before;
    }

    /// <param name="kind">The kind of items that do not name theirs, as upstream's lists may leave it out.</param>
    private void AddNode(string source, JsonNode? node, string? kind)
    {
        switch (node)
        {
            case null:
                break;
            case JsonArray list:
                AddItems(source, list, kind);
                break;
            case JsonObject json when (AsText(json["kind"]) ?? kind) is { } name:
                AddObject(source, json, name);
                break;
            default:
                _problems.Add($"{source}: expected an object with kind, apiVersion, metadata and spec");
                break;
        }
    }

    private void AddItems(string source, JsonArray list, string? kind)
    {
        for (var i = 0; i < list.Count; i++)
        {
            AddNode($"{source}, item {i + 1}", list[i], kind);
        }
    }

    private void AddObject(string source, JsonObject json, string kindName)
    {
        if (kindName.EndsWith("List", StringComparison.Ordinal) && json["items"] is JsonArray items)
        {
            AddItems(source, items, kindName.Length > "List".Length ? kindName[..^"List".Length] : null);
            return;
        }

        if (Kinds.All.FirstOrDefault(kind => kind.Name == kindName) is not { } kind)
        {
            _problems.Add($"{source}: the kind '{kindName}' is none of {string.Join(", ", Kinds.All.Select(known => known.Name))}");
            return;
        }

        if (AsText(json["apiVersion"]) is { } version && version != ResourceKind.ApiVersion)
        {
            _problems.Add($"{source}: the apiVersion of a {kind} is {ResourceKind.ApiVersion}, not '{version}'");
            return;
        }

        if (AsText((json["metadata"] as JsonObject)?["name"]) is not { Length: > 0 } name)
        {
            _problems.Add($"{source}: a {kind} without metadata.name");
            return;
        }

        AddNamed(source, kind, name, json);
    }

    private void AddNamed(string source, Kind kind, string name, JsonObject json)
    {
        var metadata = json["metadata"]!.AsObject();
        var own = AsText(metadata["namespace"]) is { Length: > 0 } given ? given : null;
        if (!kind.IsNamespaced && own is not null)
        {
            _problems.Add($"{source}: a {kind} has no namespace; remove metadata.namespace from {name}");
            return;
        }

        if (kind.IsNamespaced && own is not null && @namespace is not null && own != @namespace)
        {
            _problems.Add($"{source}: {kind} {name} is of the namespace {own}, and --namespace says {@namespace}");
            return;
        }

        var (inNamespace, copy) = (kind.IsNamespaced ? own ?? @namespace ?? DefaultNamespace : "", json.DeepClone().AsObject());
        copy["kind"] = kind.Name;
        copy["apiVersion"] = ResourceKind.ApiVersion;
        if (kind.IsNamespaced)
        {
            copy["metadata"]!["namespace"] = inNamespace;
        }

        _manifests.Add(new Manifest(source, new ObjectRef(kind, inNamespace, name), copy));
    }

    private static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
