using System.Text.Json.Nodes;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Policy.Resources;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>Which node owns which block. No resource in etcd, where the key says it all; shown as one, under upstream's name and form, and never written.</summary>
internal static class BlockAffinities
{
    public static ResourceKind Kind { get; } = new("BlockAffinity", "blockaffinities", false);

    public static ResourceType Type { get; } = new(Kind, HasTierNames: false, IsOpen: true, _ => [], _ => []);

    /// <exception cref="FormatException">The key is none of an affinity's.</exception>
    public static (string Name, JsonObject Json) Read(KeyValue keyValue)
    {
        if (!EtcdKeys.TryParseAffinity(keyValue.Key, out var node, out var block))
        {
            throw new FormatException("it is not the key of a block's affinity");
        }

        var name = $"{node}-{block}".Replace('.', '-').Replace(':', '-').Replace('/', '-');
        var stored = JsonNode.Parse(keyValue.Value.Span) as JsonObject ?? [];
        return (name, new JsonObject
        {
            ["apiVersion"] = ResourceKind.ApiVersion,
            ["kind"] = Kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["node"] = node, ["cidr"] = block.ToString(), ["state"] = stored["state"]?.DeepClone(), ["deleted"] = stored["deleted"]?.ToJsonString() ?? "false" },
        });
    }
}
