using System.Text;
using System.Text.Json.Nodes;

namespace Calico.Tests.Rig.Store;

/// <summary>What <c>etcdctl get -w json</c> prints.</summary>
internal static class EtcdAnswer
{
    public static IReadOnlyDictionary<string, StoredValue> Read(string json) => (JsonNode.Parse(json)!["kvs"]?.AsArray() ?? []).ToDictionary(
        pair => Text(pair!["key"]), pair => new StoredValue(Text(pair!["value"]), (long)pair!["mod_revision"]!), StringComparer.Ordinal);

    private static string Text(JsonNode? base64) => base64 is null ? "" : Encoding.UTF8.GetString(Convert.FromBase64String((string)base64!));
}
