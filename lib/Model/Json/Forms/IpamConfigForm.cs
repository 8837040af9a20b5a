using System.Text.Json;
using Calico.Model.Ipam;

namespace Calico.Model.Json.Forms;

internal sealed class IpamConfigForm : RecordForm<IpamConfig>
{
    public static readonly IpamConfigForm Instance = new();

    protected override IpamConfig Empty => new();

    protected override IpamConfig With(IpamConfig value, string field, ref Utf8JsonReader json) => field switch
    {
        "strict_affinity" => value with { StrictAffinity = json.GetBoolean() },
        "auto_allocate_blocks" => value with { AutoAllocateBlocks = json.GetBoolean() },
        "maxBlocksPerHost" => value with { MaxBlocksPerHost = json.Int32() },
        "ipCooldownSeconds" => value with { IpCooldownSeconds = json.Int32() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, IpamConfig value)
    {
        json.WriteBoolean("strict_affinity"u8, value.StrictAffinity);
        json.WriteBoolean("auto_allocate_blocks"u8, value.AutoAllocateBlocks);
        json.Put("maxBlocksPerHost"u8, value.MaxBlocksPerHost);
        json.Put("ipCooldownSeconds"u8, value.IpCooldownSeconds);
    }
}
