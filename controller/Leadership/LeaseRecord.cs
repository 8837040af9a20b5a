namespace Calico.Controller.Leadership;

/// <summary>Who leads, as the lease says.</summary>
/// <param name="Holder">Empty when it was released.</param>
/// <param name="Duration">For how long after a renewal nobody else may take it.</param>
/// <param name="Transitions">How often it went to another holder.</param>
/// <param name="Version">The resource version: changes with every renewal.</param>
internal sealed record LeaseRecord(
    string Holder, TimeSpan Duration, DateTimeOffset? AcquiredAt, DateTimeOffset? RenewedAt, int Transitions, string Version);
