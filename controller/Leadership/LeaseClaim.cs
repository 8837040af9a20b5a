namespace Calico.Controller.Leadership;

/// <summary>Whether a replica may take the lease. Pure.</summary>
/// <remarks>
/// Clocks of two machines are never compared: a replica takes a foreign lease only after it has seen it unchanged for its whole duration by its own clock,
/// and a holder stops before its duration has passed since it sent its last renewal.
/// </remarks>
internal static class LeaseClaim
{
    /// <param name="lease">Null when there is none.</param>
    /// <param name="unchangedFor">How long this replica has seen this version of it.</param>
    public static bool IsFree(LeaseRecord? lease, TimeSpan unchangedFor, string identity) =>
        lease is null || lease.Holder.Length == 0 || lease.Holder == identity || unchangedFor >= lease.Duration;

    /// <summary>The lease as the replica writes it to take or keep it.</summary>
    public static LeaseRecord Held(LeaseRecord? lease, string identity, TimeSpan duration, DateTimeOffset now)
    {
        var isKept = lease?.Holder == identity;
        return new LeaseRecord(
            identity,
            duration,
            isKept ? lease!.AcquiredAt : now,
            now,
            lease is null ? 0 : lease.Transitions + (isKept ? 0 : 1),
            lease?.Version ?? "");
    }

    /// <summary>The lease given back: the next replica takes it without waiting.</summary>
    public static LeaseRecord Released(LeaseRecord lease, DateTimeOffset now) => lease with { Holder = "", RenewedAt = now };
}
