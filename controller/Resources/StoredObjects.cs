using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Controller.Resources;

/// <summary>Between the datastore's JSON of an object and the two sides' common view. Pure.</summary>
internal static class StoredObjects
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = PlainJsonEncoder.Instance };

    public static string Key(SyncedKind kind, string @namespace, string name) =>
        kind.Stored.Namespaced ? EtcdKeys.Resource(kind.Stored, @namespace, name) : EtcdKeys.Resource(kind.Stored, name);

    /// <exception cref="JsonException">The value is not an object with metadata, or the key is not one of the kind.</exception>
    public static StoredSide Read(SyncedKind kind, KeyValue keyValue)
    {
        if (!EtcdKeys.TryParseResource(kind.Stored, keyValue.Key, out var @namespace, out var name))
        {
            throw new JsonException("the key has not the form of the kind's");
        }

        var json = JsonElement.Parse(keyValue.Value.Span);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("it is not an object with metadata");
        }

        var annotations = Texts(metadata, "annotations");
        var content = new SyncContent(Texts(metadata, "labels"), annotations, json.TryGetProperty("spec", out var spec) ? spec : null);
        return new StoredSide(@namespace, name, keyValue.ModRevision, content, StoredLink.Read(annotations), json);
    }

    /// <summary>Kubernetes' object as it is to be stored: over what is there, of which everything stays that Kubernetes has no say in.</summary>
    public static byte[] Write(SyncedKind kind, KubernetesSide from, string name, StoredSide? over, string definition)
    {
        var root = over is null ? new JsonObject() : JsonObject.Create(over.Json)!;
        root["kind"] = kind.Stored.Kind;
        root["apiVersion"] = ResourceKind.ApiVersion;
        var metadata = root["metadata"] as JsonObject ?? [];
        root["metadata"] ??= metadata;
        metadata["name"] = name;
        if (kind.Stored.Namespaced)
        {
            metadata["namespace"] = from.Namespace;
        }

        metadata["uid"] ??= from.Uid;
        metadata["creationTimestamp"] ??= from.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Set(metadata, "labels", from.Content.Labels);
        Set(metadata, "annotations", from.Content.Annotations
            .SetItem(StoredLink.UidField, from.Uid).SetItem(StoredLink.NameField, from.Name).SetItem(StoredLink.DefinitionField, definition));
        root["spec"] = Spec(kind, from, over);
        return Bytes(root);
    }

    /// <summary>The stored object, unchanged but for what it is linked to.</summary>
    public static byte[] Link(StoredSide stored, StoredLink link)
    {
        var root = JsonObject.Create(stored.Json)!;
        var annotations = stored.Content.Annotations
            .SetItem(StoredLink.UidField, link.Uid).SetItem(StoredLink.NameField, link.Name).SetItem(StoredLink.DefinitionField, link.Definition);
        Set(root["metadata"]!.AsObject(), "annotations", annotations);
        return Bytes(root);
    }

    /// <summary>The object as the validators should see it: under its name in Kubernetes.</summary>
    public static byte[] ForValidation(SyncedKind kind, KubernetesSide side) => Write(kind, side, side.Name, null, "");

    public static byte[] Bytes(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            node.WriteTo(json);
        }

        return buffer.ToArray();
    }

    public static void Set(JsonObject owner, string field, IReadOnlyDictionary<string, string> texts)
    {
        owner.Remove(field);
        if (texts.Count > 0)
        {
            owner[field] = new JsonObject(texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)JsonValue.Create(text.Value))));
        }
    }

    private static JsonObject Spec(SyncedKind kind, KubernetesSide from, StoredSide? over)
    {
        var spec = JsonObject.Create(from.Content.Spec)!;
        if (over is null || kind.IsOpen)
        {
            return spec;
        }

        foreach (var field in kind.UnknownFields(Bytes(JsonObject.Create(over.Json)!)).Where(field => !spec.ContainsKey(field)))
        {
            spec[field] = JsonNode.Parse(over.Content.Spec.GetProperty(field).GetRawText());
        }

        return spec;
    }

    private static Dictionary<string, string>? Texts(JsonElement owner, string name)
    {
        if (!owner.TryGetProperty(name, out var texts) || texts.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return texts.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String).ToDictionary(text => text.Name, text => text.Value.GetString()!);
    }
}
