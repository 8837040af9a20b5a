using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Model.Kubernetes;

public sealed class KubernetesObjectConverter : JsonConverter<KubernetesObject>
{
    public override KubernetesObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        KubernetesObject.FromJson(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, KubernetesObject value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        value.Json.WriteTo(writer);
    }
}
