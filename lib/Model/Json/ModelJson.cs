using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Calico.Model.Json;

/// <summary>Reads and writes stored objects as upstream spells them. Reflection-free: only the types in the context.</summary>
public static class ModelJson
{
    private static readonly JsonSerializerOptions Options = new(ModelJsonContext.Default.Options)
    {
        // Values are stored in etcd, never in HTML: '+' and quotes stay readable.
        Encoder = PlainJsonEncoder.Instance,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = ModelJsonContext.Default,
    };

    /// <summary>Reads one stored object.</summary>
    /// <exception cref="JsonException">The bytes are not JSON, or a field has the wrong form; the message says which.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
        where T : class =>
        JsonSerializer.Deserialize(utf8, TypeInfo<T>()) ?? throw new JsonException("the stored object is null");

    public static byte[] Write<T>(T value)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
