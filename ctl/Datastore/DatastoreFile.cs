using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Ctl.Resources;
using Calico.Store;

namespace Calico.Ctl.Datastore;

/// <summary>
/// The form of an exported datastore: a line of JSON that says what it is, one for each key, and a last one with their number and the SHA-256 of all lines
/// before it, by which a file that was cut short is known. Values are JSON as upstream writes it, so the file can be read and searched. Pure.
/// </summary>
internal static class DatastoreFile
{
    private const string Format = "calico-datastore/1";

    public static JsonObject Header(JsonObject? cluster, long revision) => new()
    {
        ["format"] = Format,
        ["clusterGUID"] = cluster?["spec"]?["clusterGUID"]?.DeepClone(),
        ["calicoVersion"] = cluster?["spec"]?["calicoVersion"]?.DeepClone(),
        ["revision"] = revision.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>One key. What is not JSON goes as base64, so that nothing is lost.</summary>
    public static JsonObject Entry(KeyValue keyValue)
    {
        try
        {
            return new JsonObject { ["key"] = keyValue.Key, ["value"] = JsonNode.Parse(keyValue.Value.Span) ?? throw new JsonException("null") };
        }
        catch (JsonException)
        {
            return new JsonObject { ["key"] = keyValue.Key, ["base64"] = Convert.ToBase64String(keyValue.Value.Span) };
        }
    }

    public static JsonObject Footer(int keys, string digest) => new() { ["keys"] = keys, ["sha256"] = digest };

    /// <summary>Reads a whole file and checks that it is whole.</summary>
    /// <exception cref="CtlException">It is not what an export writes, or was cut short or changed.</exception>
    public static (JsonObject Header, IReadOnlyList<(string Key, byte[] Value)> Entries) Read(string name, IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var entries = new List<(string, byte[])>();
        JsonObject? header = null;
        try
        {
            foreach (var line in lines)
            {
                var json = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a line is not an object");
                if (header is null)
                {
                    header = (string?)json["format"] == Format ? json : throw CtlException.Failed($"{name} is no export of 'calicoctl datastore export' (format {Format})");
                }
                else if (json["sha256"] is { } digest)
                {
                    return (int)json["keys"]! == entries.Count && (string?)digest == Convert.ToHexStringLower(hash.GetHashAndReset())
                        ? (header, entries)
                        : throw CtlException.Failed($"{name} was changed after it was exported: its digest is another one; nothing is imported");
                }
                else
                {
                    entries.Add(((string)json["key"]!, json["base64"] is { } text ? Convert.FromBase64String((string)text!) : JsonText.Bytes(json["value"]!)));
                }

                Digest(hash, line);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentNullException)
        {
            throw CtlException.Failed($"{name}, line {entries.Count + 2}: {e.Message}; nothing is imported");
        }

        throw CtlException.Failed($"{name} ends after {entries.Count} keys, before its last line: the export was cut short; nothing is imported");
    }

    public static void Digest(IncrementalHash hash, string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
}
