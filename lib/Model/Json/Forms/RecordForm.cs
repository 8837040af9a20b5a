using System.Text.Json;

namespace Calico.Model.Json.Forms;

/// <summary>
/// A form written by hand, for what every call of <c>calico-ipam</c> reads or writes: a serializer's type information is built anew in each
/// process, and cost it a sixth of its time.
/// </summary>
internal abstract class RecordForm<T> : JsonForm<T>
    where T : JsonObjectRecord
{
    /// <summary>An object of which no field has been read.</summary>
    protected abstract T Empty { get; }

    public sealed override T Read(ref Utf8JsonReader json)
    {
        json.RequireObject();
        var value = Empty;
        while (json.NextField(out var field))
        {
            try
            {
                value = With(value, field, ref json);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                throw new JsonException($"{field}: {e.Message}", e);
            }
        }

        return Missing(value) is { } missing ? throw new JsonException($"the field {missing} is missing") : value;
    }

    public sealed override void Write(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        WriteFields(json, value);
        if (value.Unknown is { } unknown)
        {
            foreach (var (name, element) in unknown)
            {
                json.WritePropertyName(name);
                element.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The object with one field more, whose value is the current token.</summary>
    protected abstract T With(T value, string field, ref Utf8JsonReader json);

    /// <summary>The fields we know, in upstream's order.</summary>
    protected abstract void WriteFields(Utf8JsonWriter json, T value);

    /// <summary>The name of a field that must be there and is not.</summary>
    protected virtual string? Missing(T value) => null;

    /// <summary>The unknown fields with one more.</summary>
    protected static Dictionary<string, JsonElement> Keep(T value, string field, ref Utf8JsonReader json) =>
        new(value.Unknown ?? []) { [field] = JsonElement.ParseValue(ref json) };
}
