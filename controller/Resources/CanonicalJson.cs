using System.Globalization;
using System.Text.Json;

namespace Calico.Controller.Resources;

/// <summary>One text for all JSON that means the same to Kubernetes: fields sorted, nulls left out, numbers in their shortest form.</summary>
internal static class CanonicalJson
{
    public static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null).OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.Number:
                json.WriteStringValue("#" + Shortest(value));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>1000000, 1e6 and 1000000.0 are the same number.</summary>
    private static string Shortest(JsonElement number) => number.TryGetDecimal(out var exact)
        ? exact.ToString("0.############################", CultureInfo.InvariantCulture)
        : number.GetDouble().ToString("R", CultureInfo.InvariantCulture);
}
