using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model.Kubernetes;

namespace Calico.Store.Kubernetes;

/// <summary>Bodies of requests and answers.</summary>
internal static class KubernetesBody
{
    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true };

    /// <summary>An object with its apiVersion and kind, which our records leave to the kind.</summary>
    public static byte[] Write<T>(KubernetesKind<T> kind, T resource)
        where T : KubernetesResource
    {
        using var document = JsonSerializer.SerializeToDocument(resource, kind.Json);
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", kind.ApiVersion);
            json.WriteString("kind", kind.Kind);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name is not ("apiVersion" or "kind"))
                {
                    property.WriteTo(json);
                }
            }

            json.WriteEndObject();
        });
    }

    public static byte[] Write(JsonObject body) => Write(json => body.WriteTo(json));

    public static byte[] Write(DeleteOptions options) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "DeleteOptions");
        json.WriteString("propagationPolicy", "Background");
        if (options.Uid.Length > 0 || options.ResourceVersion.Length > 0)
        {
            json.WriteStartObject("preconditions");
            WriteUnlessEmpty(json, "uid", options.Uid);
            WriteUnlessEmpty(json, "resourceVersion", options.ResourceVersion);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    public static byte[] WriteTokenRequest(TimeSpan lifetime) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", "authentication.k8s.io/v1");
        json.WriteString("kind", "TokenRequest");
        json.WriteStartObject("spec");
        json.WriteNumber("expirationSeconds", (long)lifetime.TotalSeconds);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <exception cref="JsonException">The bytes are no such object.</exception>
    public static T Read<T>(KubernetesKind<T> kind, ReadOnlySpan<byte> json)
        where T : KubernetesResource =>
        JsonSerializer.Deserialize(json, kind.Json) ?? throw new JsonException($"a {kind.Kind} is null");

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
