using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>What the three kinds of patches do to an object.</summary>
internal static class FakePatches
{
    /// <summary>RFC 7386. With <paramref name="byType"/> lists of objects that carry a <c>type</c> merge by it, as strategic patches of conditions do.</summary>
    public static void Merge(JsonObject target, JsonObject patch, bool byType)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject part:
                    if (target[name] is not JsonObject into)
                    {
                        target[name] = into = [];
                    }

                    Merge(into, part, byType);
                    break;
                case JsonArray list when byType && target[name] is JsonArray present && list.Count > 0 && list.All(item => item?["type"] is not null):
                    MergeByType(present, list);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }

    /// <summary>Removes what a manager applied before and applies no longer, unless another manager applies it too.</summary>
    public static void RemoveAbandoned(JsonObject target, JsonObject before, JsonObject now, IReadOnlyCollection<JsonObject> others)
    {
        foreach (var (name, value) in before)
        {
            var theirs = others.Select(other => other[name]).OfType<JsonNode>().ToList();
            if (value is JsonObject part && target[name] is JsonObject into)
            {
                RemoveAbandoned(into, part, now[name] as JsonObject ?? [], [.. theirs.OfType<JsonObject>()]);
                if (into.Count == 0 && !now.ContainsKey(name) && theirs.Count == 0)
                {
                    target.Remove(name);
                }
            }
            else if (!now.ContainsKey(name) && theirs.Count == 0)
            {
                target.Remove(name);
            }
        }
    }

    /// <summary>Paths of the fields that both name and want differently.</summary>
    public static IEnumerable<string> Conflicts(JsonObject mine, JsonObject theirs, string path = "")
    {
        foreach (var (name, value) in mine)
        {
            if (!theirs.TryGetPropertyValue(name, out var other))
            {
                continue;
            }

            if (value is JsonObject inner && other is JsonObject outer)
            {
                foreach (var conflict in Conflicts(inner, outer, $"{path}.{name}"))
                {
                    yield return conflict;
                }
            }
            else if (!JsonNode.DeepEquals(value, other))
            {
                yield return $"{path}.{name}";
            }
        }
    }

    private static void MergeByType(JsonArray present, JsonArray list)
    {
        foreach (var item in list.OfType<JsonObject>())
        {
            var same = present.OfType<JsonObject>().FirstOrDefault(other => other["type"]?.ToString() == item["type"]!.ToString());
            if (same is null)
            {
                present.Add(item.DeepClone());
            }
            else
            {
                Merge(same, item, byType: true);
            }
        }
    }
}
