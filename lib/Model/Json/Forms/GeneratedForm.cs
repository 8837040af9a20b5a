using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Calico.Model.Json.Forms;

/// <summary>A form made by System.Text.Json's source generator (<see cref="ModelJsonContext"/>).</summary>
internal sealed class GeneratedForm<T> : JsonForm<T>
    where T : class
{
    private static JsonTypeInfo<T> TypeInfo => (JsonTypeInfo<T>)GeneratedOptions.Value.GetTypeInfo(typeof(T));

    public override T Read(ref Utf8JsonReader json) => JsonSerializer.Deserialize(ref json, TypeInfo)!;

    public override void Write(Utf8JsonWriter json, T value) => JsonSerializer.Serialize(json, value, TypeInfo);
}
