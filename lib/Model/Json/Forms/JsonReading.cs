using System.Text.Json;

namespace Calico.Model.Json.Forms;

/// <summary>Steps through JSON by hand. What a value is not, its getter complains about: <see cref="InvalidOperationException"/>, <see cref="FormatException"/>.</summary>
internal static class JsonReading
{
    public delegate TValue ReadValue<out TValue>(ref Utf8JsonReader json);

    public static void RequireObject(this ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"expected an object, and found {json.TokenType}");
        }
    }

    /// <summary>Steps to the next field of the open object; its value is the current token. False at the end of the object.</summary>
    public static bool NextField(this ref Utf8JsonReader json, out string name)
    {
        name = "";
        json.Read();
        if (json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        name = json.GetString()!;
        json.Read();
        return true;
    }

    public static int? Int32(this ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : json.GetInt32();

    public static bool? Boolean(this ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : json.GetBoolean();

    public static DateTimeOffset? Timestamp(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : json.GetDateTimeOffset();

    public static JsonElement? Element(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : JsonElement.ParseValue(ref json);

    /// <summary>A value whose text is its whole meaning.</summary>
    public static TValue Parsed<TValue>(this ref Utf8JsonReader json)
        where TValue : struct, ISpanParsable<TValue>
    {
        var text = json.GetString();
        return TValue.TryParse(text.AsSpan(), null, out var value) ? value : throw new JsonException($"'{text}' is not a valid {typeof(TValue).Name}");
    }

    public static List<TValue>? List<TValue>(this ref Utf8JsonReader json, ReadValue<TValue> read)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"expected an array, and found {json.TokenType}");
        }

        var values = new List<TValue>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            values.Add(read(ref json));
        }

        return values;
    }

    public static List<string>? Texts(this ref Utf8JsonReader json) => json.List(static (ref Utf8JsonReader item) => item.GetString()!);

    public static Dictionary<string, TValue>? Map<TValue>(this ref Utf8JsonReader json, ReadValue<TValue> read)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        json.RequireObject();
        var values = new Dictionary<string, TValue>();
        while (json.NextField(out var key))
        {
            values[key] = read(ref json);
        }

        return values;
    }

    public static Dictionary<string, string>? TextMap(this ref Utf8JsonReader json) => json.Map(static (ref Utf8JsonReader item) => item.GetString()!);
}
