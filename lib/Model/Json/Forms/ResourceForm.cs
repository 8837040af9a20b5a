using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

/// <summary>What all v3 resources have in common, around a spec of whatever form.</summary>
internal sealed class ResourceForm<TSpec>(JsonForm<TSpec> spec) : RecordForm<Resource<TSpec>>
    where TSpec : class, new()
{
    protected override Resource<TSpec> Empty => new() { Kind = null!, Metadata = null! };

    protected override Resource<TSpec> With(Resource<TSpec> value, string field, ref Utf8JsonReader json) => field switch
    {
        "kind" => value with { Kind = json.GetString()! },
        "apiVersion" => value with { ApiVersion = json.GetString()! },
        "metadata" => value with { Metadata = ObjectMetaForm.Instance.Read(ref json) },
        "spec" => value with { Spec = json.TokenType == JsonTokenType.Null ? new TSpec() : spec.Read(ref json) },
        "status" => value with { Status = json.Element() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, Resource<TSpec> value)
    {
        json.Put("kind"u8, value.Kind);
        json.Put("apiVersion"u8, value.ApiVersion);
        json.WritePropertyName("metadata"u8);
        ObjectMetaForm.Instance.Write(json, value.Metadata);
        json.WritePropertyName("spec"u8);
        spec.Write(json, value.Spec);
        json.Put("status"u8, value.Status);
    }

    protected override string? Missing(Resource<TSpec> value) => value.Kind is null ? "kind" : value.Metadata is null ? "metadata" : null;
}
