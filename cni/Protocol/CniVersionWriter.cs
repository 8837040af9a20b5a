using System.Buffers;
using System.Text.Json;
using Calico.Cni.Protocol.Json;

namespace Calico.Cni.Protocol;

/// <summary>Answers VERSION (CNI spec 1.1.0, section 5, "Version").</summary>
internal static class CniVersionWriter
{
    /// <param name="input">What stood on standard input; it may be empty, for runtimes that give none.</param>
    public static byte[] Write(ReadOnlySpan<byte> input)
    {
        var version = input.IsEmpty ? "" : NetConfReader.ReadVersion(input);
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer, CniJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("cniVersion"u8, version.Length > 0 ? version : CniVersion.Latest);
            json.WriteStartArray("supportedVersions"u8);
            foreach (var supported in CniVersion.Supported)
            {
                json.WriteStringValue(supported);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
