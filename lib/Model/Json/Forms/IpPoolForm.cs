using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

internal sealed class IpPoolForm : RecordForm<IpPoolSpec>
{
    public static readonly ResourceForm<IpPoolSpec> Resource = new(new IpPoolForm());

    protected override IpPoolSpec Empty => new();

    protected override IpPoolSpec With(IpPoolSpec value, string field, ref Utf8JsonReader json) => field switch
    {
        "cidr" => value with { Cidr = json.GetString() },
        "vxlanMode" => value with { VxlanMode = json.GetString() },
        "ipipMode" => value with { IpipMode = json.GetString() },
        "natOutgoing" => value with { NatOutgoing = json.Boolean() },
        "disabled" => value with { Disabled = json.Boolean() },
        "disableBGPExport" => value with { DisableBgpExport = json.Boolean() },
        "blockSize" => value with { BlockSize = json.Int32() },
        "nodeSelector" => value with { NodeSelector = json.GetString() },
        "namespaceSelector" => value with { NamespaceSelector = json.GetString() },
        "allowedUses" => value with { AllowedUses = json.Texts() },
        "assignmentMode" => value with { AssignmentMode = json.GetString() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, IpPoolSpec value)
    {
        json.Put("cidr"u8, value.Cidr);
        json.Put("vxlanMode"u8, value.VxlanMode);
        json.Put("ipipMode"u8, value.IpipMode);
        json.Put("natOutgoing"u8, value.NatOutgoing);
        json.Put("disabled"u8, value.Disabled);
        json.Put("disableBGPExport"u8, value.DisableBgpExport);
        json.Put("blockSize"u8, value.BlockSize);
        json.Put("nodeSelector"u8, value.NodeSelector);
        json.Put("namespaceSelector"u8, value.NamespaceSelector);
        json.Put("allowedUses"u8, value.AllowedUses);
        json.Put("assignmentMode"u8, value.AssignmentMode);
    }
}
