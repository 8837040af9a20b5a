using System.Buffers;
using System.Text.Json;
using Calico.Model.Json.Forms;

namespace Calico.Model.Json;

/// <summary>Reads and writes stored objects as upstream spells them, without reflection.</summary>
public static class ModelJson
{
    // Values are stored in etcd, never in HTML: '+' and quotes stay readable. The forms write nothing invalid, so nothing is checked.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = PlainJsonEncoder.Instance, SkipValidation = true };

    /// <summary>Reads one stored object.</summary>
    /// <exception cref="JsonException">The bytes are not JSON, or a field has the wrong form; the message says which.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
        where T : class
    {
        var json = new Utf8JsonReader(utf8);
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            throw new JsonException("the stored object is null");
        }

        try
        {
            var value = StoredForms.Of<T>().Read(ref json);

            // Complains of anything that follows.
            json.Read();
            return value;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("the stored object holds text that is not valid UTF-8", e);
        }
    }

    public static byte[] Write<T>(T value)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            StoredForms.Of<T>().Write(json, value);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
