using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

internal sealed class ObjectMetaForm : RecordForm<ObjectMeta>
{
    public static readonly ObjectMetaForm Instance = new();

    protected override ObjectMeta Empty => new() { Name = null! };

    protected override ObjectMeta With(ObjectMeta value, string field, ref Utf8JsonReader json) => field switch
    {
        "name" => value with { Name = json.GetString()! },
        "namespace" => value with { Namespace = json.GetString() },
        "uid" => value with { Uid = json.GetString() },
        "creationTimestamp" => value with { CreationTimestamp = json.Timestamp() },
        "labels" => value with { Labels = json.TextMap() },
        "annotations" => value with { Annotations = json.TextMap() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, ObjectMeta value)
    {
        json.Put("name"u8, value.Name);
        json.Put("namespace"u8, value.Namespace);
        json.Put("uid"u8, value.Uid);
        json.Put("creationTimestamp"u8, value.CreationTimestamp);
        json.Put("labels"u8, value.Labels);
        json.Put("annotations"u8, value.Annotations);
    }

    protected override string? Missing(ObjectMeta value) => value.Name is null ? "name" : null;
}
