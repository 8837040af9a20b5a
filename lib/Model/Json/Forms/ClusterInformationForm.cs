using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

internal sealed class ClusterInformationForm : RecordForm<ClusterInformationSpec>
{
    public static readonly ResourceForm<ClusterInformationSpec> Resource = new(new ClusterInformationForm());

    protected override ClusterInformationSpec Empty => new();

    protected override ClusterInformationSpec With(ClusterInformationSpec value, string field, ref Utf8JsonReader json) => field switch
    {
        "clusterGUID" => value with { ClusterGuid = json.GetString() },
        "clusterType" => value with { ClusterType = json.GetString() },
        "calicoVersion" => value with { CalicoVersion = json.GetString() },
        "datastoreReady" => value with { DatastoreReady = json.Boolean() },
        "variant" => value with { Variant = json.GetString() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, ClusterInformationSpec value)
    {
        json.Put("clusterGUID"u8, value.ClusterGuid);
        json.Put("clusterType"u8, value.ClusterType);
        json.Put("calicoVersion"u8, value.CalicoVersion);
        json.Put("datastoreReady"u8, value.DatastoreReady);
        json.Put("variant"u8, value.Variant);
    }
}
