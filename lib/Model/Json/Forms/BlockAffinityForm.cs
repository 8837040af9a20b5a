using System.Text.Json;
using Calico.Model.Ipam;

namespace Calico.Model.Json.Forms;

internal sealed class BlockAffinityForm : RecordForm<BlockAffinity>
{
    public static readonly BlockAffinityForm Instance = new();

    protected override BlockAffinity Empty => new() { State = null! };

    protected override BlockAffinity With(BlockAffinity value, string field, ref Utf8JsonReader json) => field switch
    {
        "state" => value with { State = json.GetString()! },
        "deleted" => value with { Deleted = json.GetBoolean() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, BlockAffinity value)
    {
        json.Put("state"u8, value.State);
        json.WriteBoolean("deleted"u8, value.Deleted);
    }

    protected override string? Missing(BlockAffinity value) => value.State is null ? "state" : null;
}
