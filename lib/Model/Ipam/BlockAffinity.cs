using Calico.Model.Json;

namespace Calico.Model.Ipam;

/// <summary>That a node owns a block. Only a confirmed affinity makes a route.</summary>
public sealed record BlockAffinity : JsonObjectRecord
{
    public const string Pending = "pending";
    public const string Confirmed = "confirmed";
    public const string PendingDeletion = "pendingDeletion";

    public required string State { get; init; }

    public bool Deleted { get; init; }
}
