using System.Text.Json;
using System.Text.Json.Nodes;

namespace Calico.Controller.Resources;

/// <summary>What the controller writes into the status of an object in Kubernetes.</summary>
internal sealed record SyncStatus
{
    /// <summary>The datastore holds exactly this object.</summary>
    public bool Live { get; init; }

    /// <summary>Empty when there is nothing to say.</summary>
    public string Message { get; init; } = "";

    public long ObservedGeneration { get; init; }

    /// <summary>The datastore's ModRevision of the object; 0 when it is not there.</summary>
    public long Revision { get; init; }

    /// <summary>The content here when both sides last agreed; empty when they never did.</summary>
    public string KubernetesHash { get; init; } = "";

    /// <summary>The content there at that time: another one where Kubernetes cannot hold a field of it.</summary>
    public string StoredHash { get; init; } = "";

    /// <summary>The GUID of the datastore; what is said of another one counts for nothing.</summary>
    public string Datastore { get; init; } = "";

    /// <summary>Null when nothing was written yet. A field of a wrong form counts as absent.</summary>
    public static SyncStatus? Read(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Object } status || !status.EnumerateObject().Any())
        {
            return null;
        }

        var hashes = Text(status, "syncedHash").Split('/');
        return new SyncStatus
        {
            Live = status.TryGetProperty("live", out var live) && live.ValueKind == JsonValueKind.True,
            Message = Text(status, "message"),
            ObservedGeneration = Number(status, "observedGeneration"),
            Revision = Number(status, "revision"),
            KubernetesHash = hashes[0],
            StoredHash = hashes[^1],
            Datastore = Text(status, "datastore"),
        };
    }

    /// <summary>The body of a merge patch: what is empty is removed.</summary>
    public JsonObject ToPatch() => new()
    {
        ["status"] = new JsonObject
        {
            ["live"] = Live,
            ["message"] = OrNull(Message),
            ["observedGeneration"] = ObservedGeneration,
            ["revision"] = Revision,
            ["syncedHash"] = OrNull(KubernetesHash == StoredHash ? KubernetesHash : $"{KubernetesHash}/{StoredHash}"),
            ["datastore"] = OrNull(Datastore),
        },
    };

    private static JsonValue? OrNull(string text) => text.Length > 0 ? JsonValue.Create(text) : null;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String ? field.GetString()! : "";

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out var number) ? number : 0;
}
