using System.Text.Json;
using Calico.Model.Ipam;

namespace Calico.Model.Json.Forms;

/// <summary>Upstream writes the handle and the free fields even when they are null.</summary>
internal sealed class AllocationAttributeForm : RecordForm<AllocationAttribute>
{
    public static readonly AllocationAttributeForm Instance = new();

    protected override AllocationAttribute Empty => new();

    protected override AllocationAttribute With(AllocationAttribute value, string field, ref Utf8JsonReader json) => field switch
    {
        "handle_id" => value with { HandleId = json.GetString() },
        "secondary" => value with { Secondary = json.TextMap() },
        "releasedAt" => value with { ReleasedAt = json.Timestamp() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, AllocationAttribute value)
    {
        json.WriteString("handle_id"u8, value.HandleId);
        if (value.Secondary is null)
        {
            json.WriteNull("secondary"u8);
        }

        json.Put("secondary"u8, value.Secondary);
        json.Put("releasedAt"u8, value.ReleasedAt);
    }
}
