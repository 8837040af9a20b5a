using System.Text.Json;
using Calico.Model.Ipam;

namespace Calico.Model.Json.Forms;

internal sealed class AddressInquiryForm : RecordForm<AddressInquiry>
{
    public static readonly AddressInquiryForm Instance = new();

    protected override AddressInquiry Empty => new() { Addresses = null! };

    protected override AddressInquiry With(AddressInquiry value, string field, ref Utf8JsonReader json) => field switch
    {
        "addresses" => value with { Addresses = json.Texts()! },
        "interfaces" => value with { Interfaces = json.Texts() },
        "askedAt" => value with { AskedAt = json.Timestamp() },
        "inUse" => value with { InUse = json.Boolean() },
        "evidence" => value with { Evidence = json.GetString() },
        "answeredAt" => value with { AnsweredAt = json.Timestamp() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, AddressInquiry value)
    {
        json.Put("addresses"u8, value.Addresses);
        json.Put("interfaces"u8, value.Interfaces);
        json.Put("askedAt"u8, value.AskedAt);
        json.Put("inUse"u8, value.InUse);
        json.Put("evidence"u8, value.Evidence);
        json.Put("answeredAt"u8, value.AnsweredAt);
    }

    protected override string? Missing(AddressInquiry value) => value.Addresses is null ? "addresses" : null;
}
