using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Policy;

namespace Calico.Model.Json;

public sealed class PolicyPortConverter : JsonConverter<PolicyPort>
{
    public override PolicyPort Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? PolicyPort.Single(reader.GetInt32()) : PolicyPort.FromText(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, PolicyPort value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!value.IsNamed && value.First == value.Last)
        {
            writer.WriteNumberValue(value.First);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
