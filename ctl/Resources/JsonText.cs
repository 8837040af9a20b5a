using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Json;

namespace Calico.Ctl.Resources;

/// <summary>JSON nodes as the datastore holds them, and as people read them.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = PlainJsonEncoder.Instance };
    private static readonly JsonWriterOptions Indented = new() { Encoder = PlainJsonEncoder.Instance, Indented = true };

    public static byte[] Bytes(JsonNode node) => Write(node, Plain);

    public static string Pretty(JsonNode node) => Encoding.UTF8.GetString(Write(node, Indented));

    private static byte[] Write(JsonNode node, JsonWriterOptions options)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            node.WriteTo(json);
        }

        return buffer.ToArray();
    }
}
