using System.Text.Json;
using System.Text.Json.Serialization;
using Calico.Model.Resources;

namespace Calico.Model.Json;

public sealed class AsNumberConverter : JsonConverter<AsNumber>
{
    public override AsNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return new AsNumber(reader.GetUInt32());
        }

        var text = reader.GetString();
        return AsNumber.TryParse(text, out var value) ? value : throw new JsonException($"'{text}' is not an AS number");
    }

    public override void Write(Utf8JsonWriter writer, AsNumber value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(value.Value);
    }
}
