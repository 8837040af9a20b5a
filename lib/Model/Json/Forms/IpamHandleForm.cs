using System.Text.Json;
using Calico.Model.Ipam;

namespace Calico.Model.Json.Forms;

internal sealed class IpamHandleForm : RecordForm<IpamHandle>
{
    public static readonly IpamHandleForm Instance = new();

    protected override IpamHandle Empty => new() { Block = null! };

    protected override IpamHandle With(IpamHandle value, string field, ref Utf8JsonReader json) => field switch
    {
        "block" => value with { Block = json.Map(static (ref Utf8JsonReader item) => item.GetInt32())! },
        "deleted" => value with { Deleted = json.GetBoolean() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, IpamHandle value)
    {
        json.WriteStartObject("block"u8);
        foreach (var (block, count) in value.Block)
        {
            json.WriteNumber(block, count);
        }

        json.WriteEndObject();
        json.WriteBoolean("deleted"u8, value.Deleted);
    }

    protected override string? Missing(IpamHandle value) => value.Block is null ? "block" : null;
}
