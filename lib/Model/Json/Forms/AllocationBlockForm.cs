using System.Text.Json;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Model.Json.Forms;

internal sealed class AllocationBlockForm : RecordForm<AllocationBlock>
{
    public static readonly AllocationBlockForm Instance = new();

    protected override AllocationBlock Empty => new() { Cidr = default, Allocations = null!, Unallocated = null!, Attributes = null! };

    protected override AllocationBlock With(AllocationBlock value, string field, ref Utf8JsonReader json) => field switch
    {
        "cidr" => value with { Cidr = json.Parsed<Cidr>() },
        "affinity" => value with { Affinity = json.GetString() },
        "affinity_claim_time" => value with { AffinityClaimTime = json.Timestamp() },
        "allocations" => value with { Allocations = json.List(static (ref Utf8JsonReader item) => item.Int32())! },
        "unallocated" => value with { Unallocated = json.List(static (ref Utf8JsonReader item) => item.GetInt32())! },
        "attributes" => value with { Attributes = json.List(static (ref Utf8JsonReader item) => AllocationAttributeForm.Instance.Read(ref item))! },
        "sequenceNumber" => value with { SequenceNumber = json.GetUInt64() },
        "sequenceNumberForAllocation" => value with { SequenceNumberForAllocation = json.Map(static (ref Utf8JsonReader item) => item.GetUInt64()) },
        "deleted" => value with { Deleted = json.GetBoolean() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, AllocationBlock value)
    {
        json.WriteString("cidr"u8, value.Cidr.ToString());
        json.WriteString("affinity"u8, value.Affinity);
        json.Put("affinity_claim_time"u8, value.AffinityClaimTime);
        json.Put("allocations"u8, value.Allocations, WriteOrdinal);
        json.Put("unallocated"u8, value.Unallocated, static (writer, ordinal) => writer.WriteNumberValue(ordinal));
        json.Put("attributes"u8, value.Attributes, static (writer, attribute) => AllocationAttributeForm.Instance.Write(writer, attribute));
        json.WriteNumber("sequenceNumber"u8, value.SequenceNumber);
        if (value.SequenceNumberForAllocation is { } numbers)
        {
            json.WriteStartObject("sequenceNumberForAllocation"u8);
            foreach (var (ordinal, number) in numbers)
            {
                json.WriteNumber(ordinal, number);
            }

            json.WriteEndObject();
        }

        json.WriteBoolean("deleted"u8, value.Deleted);
    }

    protected override string? Missing(AllocationBlock value) => value switch
    {
        _ when value.Cidr == default => "cidr",
        { Allocations: null } => "allocations",
        { Unallocated: null } => "unallocated",
        { Attributes: null } => "attributes",
        _ => null,
    };

    private static void WriteOrdinal(Utf8JsonWriter json, int? ordinal)
    {
        if (ordinal is { } index)
        {
            json.WriteNumberValue(index);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
