using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>What an API server does with the metadata of an object, whoever changes it.</summary>
internal static class FakeMetadata
{
    /// <summary>A version or UID that is named must be that of the object.</summary>
    public static void CheckPreconditions(FakeObjectKey key, JsonObject present, JsonObject wanted)
    {
        var metadata = Of(present);
        foreach (var field in (string[])["uid", "resourceVersion"])
        {
            if (wanted[field]?.ToString() is { Length: > 0 } text && text != metadata[field]!.ToString())
            {
                throw FakeStatusException.Conflict($"{key}", $"the {field} in the precondition is not that of the object; it has been modified");
            }
        }
    }

    public static void KeepWhatIsNotOurs(JsonObject before, JsonObject after, bool isStatus, bool hasStatus)
    {
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"])
        {
            Put(Of(after), field, Of(before)[field]);
        }

        if (isStatus)
        {
            foreach (var name in before.Select(part => part.Key).Concat(after.Select(part => part.Key)).Except(["status", "metadata"]).ToList())
            {
                Put(after, name, before[name]);
            }
        }
        else if (hasStatus)
        {
            Put(after, "status", before["status"]);
        }
    }

    private static void Put(JsonObject into, string name, JsonNode? value)
    {
        if (value is null)
        {
            into.Remove(name);
        }
        else
        {
            into[name] = value.DeepClone();
        }
    }

    public static JsonObject SpecOf(JsonObject resource)
    {
        var spec = (JsonObject)resource.DeepClone();
        spec.Remove("metadata");
        spec.Remove("status");
        return spec;
    }

    public static bool IsFinal(JsonObject metadata) => metadata["finalizers"] is not JsonArray { Count: > 0 };

    public static JsonObject Of(JsonObject resource)
    {
        if (resource["metadata"] is not JsonObject metadata)
        {
            resource["metadata"] = metadata = [];
        }

        return metadata;
    }
}
