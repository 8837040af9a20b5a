using System.Text.Json;

namespace Calico.Cni.Protocol.Json;

/// <summary>
/// Walks one JSON document field by field. A null counts as absent, as in Go, whose programs write most confs; every complaint names the
/// document and the field. Hand-driven, because generated serializers cost more start-up time than the rest of the plugin.
/// </summary>
internal ref struct FieldReader
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly string _document;
    private readonly CniErrorCode _code;
    private Utf8JsonReader _json;

    /// <param name="utf8">The whole document.</param>
    /// <param name="document">What it is, for messages: "the network configuration".</param>
    /// <param name="code">The code of a complaint.</param>
    public FieldReader(ReadOnlySpan<byte> utf8, string document, CniErrorCode code = CniErrorCode.DecodingFailure)
    {
        _utf8 = utf8;
        _document = document;
        _code = code;
        _json = new Utf8JsonReader(utf8);
    }

    /// <summary>Reads the document's first token, which must open an object.</summary>
    public void Begin()
    {
        Advance();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw Complaint("it is not a JSON object");
        }
    }

    /// <summary>Makes sure that nothing follows the document.</summary>
    public void End() => Advance();

    /// <summary>Steps to the next field of the open object; its value is the current token. False at the end of the object.</summary>
    public bool NextField(out string name)
    {
        name = "";
        Advance();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        name = Text();
        Advance();
        return true;
    }

    /// <summary>Steps to the next element of the open array. False at its end.</summary>
    public bool NextElement()
    {
        Advance();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>True if the value is an object, which is now open; false if it is null.</summary>
    public readonly bool OpenObject(string field) => Open(JsonTokenType.StartObject, field, "an object");

    /// <summary>True if the value is an array, which is now open; false if it is null.</summary>
    public readonly bool OpenArray(string field) => Open(JsonTokenType.StartArray, field, "an array");

    public readonly string String(string field) => _json.TokenType switch
    {
        JsonTokenType.String => Text(),
        JsonTokenType.Null => "",
        _ => throw WrongType(field, "a string"),
    };

    public readonly int Integer(string field, int whenNull = 0) => OptionalInteger(field) ?? whenNull;

    public readonly int? OptionalInteger(string field)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        return _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out var value)
            ? value
            : throw WrongType(field, "a whole number of at most 32 bits");
    }

    public readonly long Long(string field) => _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value)
        ? value
        : throw WrongType(field, "a whole number");

    public readonly bool Boolean(string field, bool whenNull = false) => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => whenNull,
        _ => throw WrongType(field, "true or false"),
    };

    /// <summary>A boolean that may be written as the string "true" or "false".</summary>
    public readonly bool BooleanOrText(string field, bool whenNull) => _json.TokenType != JsonTokenType.String
        ? Boolean(field, whenNull)
        : Text() switch
        {
            "true" => true,
            "false" => false,
            _ => throw WrongType(field, "\"true\" or \"false\""),
        };

    public List<string> Strings(string field)
    {
        var result = new List<string>();
        if (OpenArray(field))
        {
            while (NextElement())
            {
                result.Add(String($"{field}[{result.Count}]"));
            }
        }

        return result;
    }

    /// <summary>The value's own text in the document, object, array or simple.</summary>
    public byte[] Raw()
    {
        var start = (int)_json.TokenStartIndex;
        Skip();
        return _utf8[start..(int)_json.BytesConsumed].ToArray();
    }

    /// <summary>Passes over the value, whatever it is.</summary>
    public void Skip()
    {
        try
        {
            _json.Skip();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    public readonly CniException WrongType(string field, string expected) =>
        Complaint($"field '{field}' must be {expected}, and is {Describe(_json.TokenType)}");

    public readonly CniException Complaint(string what, Exception? inner = null) => new(_code, $"cannot read {_document}: {what}", "", inner);

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "another string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private readonly bool Open(JsonTokenType start, string field, string expected)
    {
        if (_json.TokenType == start)
        {
            return true;
        }

        return _json.TokenType == JsonTokenType.Null ? false : throw WrongType(field, expected);
    }

    private readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Complaint("it holds text that is not valid UTF-8", e);
        }
    }

    private void Advance()
    {
        try
        {
            if (!_json.Read() && _json.BytesConsumed == 0)
            {
                throw Complaint("it is empty");
            }
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    private readonly CniException Malformed(JsonException e) =>
        Complaint($"it is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
}
