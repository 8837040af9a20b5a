using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Controller.Mirroring;

/// <summary>What must be written so that a key of ours holds what it should. Pure.</summary>
internal static class MirrorPlan
{
    /// <param name="wanted">Null: the key is to be gone.</param>
    /// <param name="stored">Null: there is no such key.</param>
    /// <returns>Null when it is as it should be.</returns>
    public static StoreWrite? Plan<TSpec>(string key, Resource<TSpec>? wanted, KeyValue? stored)
        where TSpec : JsonObjectRecord, new()
    {
        if (wanted is null)
        {
            return stored is null ? null : new StoreWrite(key, null, stored.ModRevision);
        }

        if (stored is null)
        {
            return new StoreWrite(key, ModelJson.Write(wanted), 0);
        }

        var value = Merged(wanted, stored, out var before);
        return value.AsSpan().SequenceEqual(before) ? null : new StoreWrite(key, value, stored.ModRevision);
    }

    /// <summary>The stored object with our part put in: its identity, its labels and annotations, and fields we do not know stay.</summary>
    /// <param name="before">The stored object as we would write it.</param>
    private static byte[] Merged<TSpec>(Resource<TSpec> wanted, KeyValue stored, out byte[] before)
        where TSpec : JsonObjectRecord, new()
    {
        Resource<TSpec> now;
        try
        {
            now = ModelJson.Read<Resource<TSpec>>(stored.Value.Span);
        }
        catch (JsonException)
        {
            // The key is ours and what it holds is no object: nothing of it can be kept.
            before = [];
            return ModelJson.Write(wanted);
        }

        before = ModelJson.Write(now);
        var metadata = now.Metadata with
        {
            Name = wanted.Metadata.Name,
            Namespace = wanted.Metadata.Namespace,
            Uid = now.Metadata.Uid ?? wanted.Metadata.Uid,
            CreationTimestamp = now.Metadata.CreationTimestamp ?? wanted.Metadata.CreationTimestamp,
        };
        JsonObjectRecord spec = wanted.Spec;
        return ModelJson.Write(now with { Kind = wanted.Kind, Metadata = metadata, Spec = (TSpec)(spec with { Unknown = now.Spec.Unknown }) });
    }
}
