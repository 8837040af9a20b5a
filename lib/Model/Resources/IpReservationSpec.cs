using System.Text.Json.Serialization;
using Calico.Model.Json;

namespace Calico.Model.Resources;

/// <summary>Addresses that are never given out automatically.</summary>
public sealed record IpReservationSpec : JsonObjectRecord
{
    [JsonPropertyName("reservedCIDRs")]
    public IReadOnlyList<string>? ReservedCidrs { get; init; }
}
