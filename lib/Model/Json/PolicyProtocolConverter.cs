using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Policy;

namespace Calico.Model.Json;

public sealed class PolicyProtocolConverter : JsonConverter<PolicyProtocol>
{
    public override PolicyProtocol Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? PolicyProtocol.Numbered(reader.GetInt32()) : PolicyProtocol.Named(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, PolicyProtocol value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.IsNumber)
        {
            writer.WriteRawValue(value.Text);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }
}
