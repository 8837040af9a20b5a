using System.Buffers;
using System.Text.Json;
using Calico.Cni.Protocol.Json;

namespace Calico.Cni.Protocol;

/// <summary>Writes the error object (CNI spec 1.1.0, section 5, "Error").</summary>
public static class CniErrorWriter
{
    /// <param name="error">What went wrong.</param>
    /// <param name="version">The conf's version; one that we do not speak is replaced by our newest.</param>
    public static byte[] Write(CniException error, string version)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, CniJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("cniVersion"u8, CniVersion.IsSupported(version) ? version : CniVersion.Latest);
            WriteFields(json, error);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static void WriteFields(Utf8JsonWriter json, CniException error)
    {
        json.WriteNumber("code"u8, (int)error.Code);
        json.WriteString("msg"u8, error.Message);
        json.WriteUnlessEmpty("details"u8, error.Details);
    }
}
