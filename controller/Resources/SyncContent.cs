using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Resources;

namespace Calico.Controller.Resources;

/// <summary>What of an object is the same in Kubernetes and in the datastore: labels, annotations that are nobody's bookkeeping, and the spec. Compared by hash.</summary>
internal sealed class SyncContent
{
    /// <summary>Ours in the datastore, and what kubectl keeps for itself.</summary>
    private static readonly string[] Bookkeeping = [.. StoredLink.Fields, "kubectl.kubernetes.io/last-applied-configuration"];

    public SyncContent(IReadOnlyDictionary<string, string>? labels, IReadOnlyDictionary<string, string>? annotations, JsonElement? spec)
    {
        Labels = (labels ?? ImmutableDictionary<string, string>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal);
        Annotations = (annotations ?? ImmutableDictionary<string, string>.Empty).Where(a => !Bookkeeping.Contains(a.Key))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        Spec = spec is { ValueKind: JsonValueKind.Object } present ? present : EmptySpec;
        Hash = ComputeHash();
    }

    public ImmutableSortedDictionary<string, string> Labels { get; }

    public ImmutableSortedDictionary<string, string> Annotations { get; }

    public JsonElement Spec { get; }

    /// <summary>16 hexadecimal digits; equal for contents that mean the same whatever the order of their fields.</summary>
    public string Hash { get; }

    private static JsonElement EmptySpec { get; } = JsonElement.Parse("{}");

    public static void Write(Utf8JsonWriter json, ImmutableSortedDictionary<string, string> texts)
    {
        json.WriteStartObject();
        foreach (var (name, value) in texts)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private string ComputeHash()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance }))
        {
            json.WriteStartArray();
            Write(json, Labels);
            Write(json, Annotations);
            CanonicalJson.Write(json, Spec);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)).AsSpan(0, 8));
    }
}
