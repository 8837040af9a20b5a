using System.Globalization;
using System.Text.Json;

namespace Calico.Model.Json.Forms;

/// <summary>Writes fields by hand; null is left out.</summary>
internal static class JsonWriting
{
    // As Kubernetes spells a time: RFC 3339 in UTC with Z; a fraction of a second only where there is one.
    private const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } truth)
        {
            json.WriteBoolean(name, truth);
        }
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, time.UtcDateTime.ToString(Timestamp, CultureInfo.InvariantCulture));
        }
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement? value)
    {
        if (value is { } element)
        {
            json.WritePropertyName(name);
            element.WriteTo(json);
        }
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values) =>
        json.Put(name, values, static (writer, value) => writer.WriteStringValue(value));

    public static void Put<TValue>(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<TValue>? values, Action<Utf8JsonWriter, TValue> write)
    {
        if (values is null)
        {
            return;
        }

        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++)
        {
            write(json, values[i]);
        }

        json.WriteEndArray();
    }

    public static void Put(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Dictionary<string, string>? values)
    {
        if (values is null)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
