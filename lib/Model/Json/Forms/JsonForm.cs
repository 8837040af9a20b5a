using System.Text.Json;

namespace Calico.Model.Json.Forms;

/// <summary>How objects of one type are read and written.</summary>
internal abstract class JsonForm<T>
    where T : class
{
    /// <summary>Reads the value that begins at the current token, up to and including its last one.</summary>
    /// <exception cref="JsonException">It is not such a value; the message says which field is wrong.</exception>
    public abstract T Read(ref Utf8JsonReader json);

    public abstract void Write(Utf8JsonWriter json, T value);
}
