using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Model.Resources;

namespace Calico.Ctl.Resources;

/// <summary>From what a user wrote to what is stored, and back. Pure.</summary>
internal static class StoredForm
{
    private const string Version = "resourceVersion";

    /// <summary>The fields by which one datastore's object differs from the same in another.</summary>
    private static readonly string[] OfThisDatastore = ["uid", Version, "creationTimestamp", "generation", "selfLink", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>The ModRevision that an object was read at; null when it does not say.</summary>
    /// <exception cref="ObjectException">It is not a number.</exception>
    public static long? RevisionOf(ObjectRef reference, JsonObject json) => Cells.Text(json, $"metadata.{Version}") switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) => revision,
        var text => throw new ObjectException(ObjectFailure.Invalid, $"{reference}: metadata.{Version}: '{text}' is not a revision of the datastore; remove it, or get the object again"),
    };

    /// <summary>A new object.</summary>
    /// <param name="name">The name it is stored under.</param>
    public static JsonObject New(JsonObject wish, string name, Guid uid, DateTimeOffset now)
    {
        var json = wish.DeepClone().AsObject();
        var metadata = WithoutOwnFields(json, name);
        metadata["uid"] = uid.ToString();
        metadata["creationTimestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        json.Remove("status");
        json["spec"] ??= new JsonObject();
        return json;
    }

    /// <summary>
    /// The wish in the place of what is there: identity, status, fields nobody knows and the link to an object of Kubernetes stay. Without the link the
    /// controller would take Kubernetes' object for the newer one and undo the change.
    /// </summary>
    public static JsonObject Over(JsonObject wish, StoredObject current)
    {
        var json = wish.DeepClone().AsObject();
        var (metadata, before) = (WithoutOwnFields(json, current.Ref.Name), current.Json["metadata"]!.AsObject());
        foreach (var field in new[] { "uid", "creationTimestamp" })
        {
            Copy(before, field, metadata);
        }

        json.Remove("status");
        foreach (var (field, _) in current.Json.Where(field => !json.ContainsKey(field.Key)).ToList())
        {
            Copy(current.Json, field, json);
        }

        KeepLink(before["annotations"] as JsonObject, metadata);
        json["spec"] ??= new JsonObject();
        return json;
    }

    /// <summary>As a user sees it: with the revision, by which a later replace knows whether somebody else was faster.</summary>
    public static JsonObject Shown(StoredObject stored)
    {
        var json = stored.Json.DeepClone().AsObject();
        json["metadata"]![Version] = stored.Revision.ToString(CultureInfo.InvariantCulture);
        return json;
    }

    /// <summary>As a user sees it who wants to take it elsewhere.</summary>
    /// <param name="keepNamespace">A list says of each object whose it is.</param>
    public static JsonObject Exported(StoredObject stored, bool keepNamespace)
    {
        var json = stored.Json.DeepClone().AsObject();
        var metadata = json["metadata"]!.AsObject();
        foreach (var field in OfThisDatastore)
        {
            metadata.Remove(field);
        }

        if (!keepNamespace)
        {
            metadata.Remove("namespace");
        }

        RemoveLink(metadata);
        json.Remove("status");
        return json;
    }

    /// <summary>Forgets the object of Kubernetes that this one is the same as: a copy is another object.</summary>
    public static void RemoveLink(JsonObject metadata)
    {
        if (metadata["annotations"] is not JsonObject annotations)
        {
            return;
        }

        foreach (var field in StoredLink.Fields)
        {
            annotations.Remove(field);
        }

        if (annotations.Count == 0)
        {
            metadata.Remove("annotations");
        }
    }

    private static JsonObject WithoutOwnFields(JsonObject json, string name)
    {
        var metadata = json["metadata"]!.AsObject();
        foreach (var field in OfThisDatastore)
        {
            metadata.Remove(field);
        }

        metadata["name"] = name;
        RemoveLink(metadata);
        return metadata;
    }

    private static void KeepLink(JsonObject? before, JsonObject metadata)
    {
        foreach (var field in StoredLink.Fields.Where(field => before?[field] is not null))
        {
            var annotations = metadata["annotations"] as JsonObject ?? [];
            metadata["annotations"] ??= annotations;
            Copy(before!, field, annotations);
        }
    }

    private static void Copy(JsonObject from, string field, JsonObject to)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
    }
}
