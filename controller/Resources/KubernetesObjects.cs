using System.Text.Json.Nodes;
using Calico.Model.Kubernetes;
using Calico.Model.Resources;

namespace Calico.Controller.Resources;

/// <summary>Between an object of Kubernetes' and the two sides' common view. Pure.</summary>
internal static class KubernetesObjects
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public static KubernetesSide Read(KubernetesObject resource)
    {
        var metadata = resource.Metadata;
        return new KubernetesSide(
            metadata.Namespace, metadata.Name, metadata.Uid, metadata.ResourceVersion, metadata.Generation, metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            metadata.DeletionTimestamp is not null, new SyncContent(metadata.Labels, metadata.Annotations, resource.Spec), SyncStatus.Read(resource.Status));
    }

    /// <summary>The datastore's object as it is to be made in Kubernetes, or put over the one that is there and was seen.</summary>
    public static KubernetesObject Write(SyncedKind kind, StoredSide from, string name, KubernetesObject? over)
    {
        var root = over is null ? new JsonObject { ["apiVersion"] = ResourceKind.ApiVersion, ["kind"] = kind.Stored.Kind } : JsonObject.Create(over.Json)!;
        var metadata = root["metadata"] as JsonObject ?? [];
        root["metadata"] ??= metadata;
        metadata["name"] = name;
        if (kind.Stored.Namespaced)
        {
            metadata["namespace"] = from.Namespace;
        }

        StoredObjects.Set(metadata, "labels", from.Content.Labels);
        var annotations = from.Content.Annotations;
        if (over?.Metadata.Annotations.GetValueOrDefault(LastApplied) is { } applied)
        {
            annotations = annotations.SetItem(LastApplied, applied);
        }

        StoredObjects.Set(metadata, "annotations", annotations);
        root["spec"] = JsonObject.Create(from.Content.Spec);
        return KubernetesObject.FromJson(System.Text.Json.JsonElement.Parse(StoredObjects.Bytes(root)));
    }
}
