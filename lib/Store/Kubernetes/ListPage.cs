using System.Text.Json;
using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>One page of a list.</summary>
/// <param name="Continuation">What asks for the next page; empty on the last one.</param>
internal sealed record ListPage<T>(string ResourceVersion, string Continuation, IReadOnlyList<T> Items)
    where T : KubernetesResource
{
    /// <param name="onBadItem">Told of an object that does not have the form of its kind; the others are read all the same.</param>
    /// <exception cref="JsonException">The bytes are no list.</exception>
    public static ListPage<T> Read(KubernetesKind<T> kind, ReadOnlySpan<byte> bytes, Action<string> onBadItem)
    {
        var json = new Utf8JsonReader(bytes);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the answer is no list");
        }

        var (version, continuation) = ("", "");
        var items = new List<T>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("metadata"u8))
            {
                json.Read();
                (version, continuation) = ReadMetadata(JsonElement.ParseValue(ref json));
            }
            else if (json.ValueTextEquals("items"u8))
            {
                json.Read();
                ReadItems(kind, bytes, ref json, items, onBadItem);
            }
            else
            {
                json.Skip();
            }
        }

        return new ListPage<T>(version, continuation, items);
    }

    private static (string Version, string Continuation) ReadMetadata(JsonElement metadata) =>
        (Text(metadata, "resourceVersion"), Text(metadata, "continue"));

    private static string Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static void ReadItems(KubernetesKind<T> kind, ReadOnlySpan<byte> bytes, ref Utf8JsonReader json, List<T> items, Action<string> onBadItem)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            json.Skip();
            try
            {
                items.Add(KubernetesBody.Read(kind, bytes[start..(int)json.BytesConsumed]));
            }
            catch (JsonException e)
            {
                onBadItem(e.Message);
            }
        }
    }
}
