using System.Text.Json.Nodes;

namespace Calico.Ctl.Resources;

/// <summary>JSON Merge Patch (RFC 7396): fields replace, null removes, lists are taken whole. Pure.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var merged = target.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                merged[name] = Apply(merged[name] as JsonObject ?? [], inner);
            }
            else
            {
                merged[name] = value.DeepClone();
            }
        }

        return merged;
    }
}
