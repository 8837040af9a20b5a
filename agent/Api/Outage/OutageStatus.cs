namespace Calico.Agent.Api.Outage;

/// <summary>How the node is prepared for an outage of the store, or lives through one.</summary>
/// <param name="AwaySince">Null while the store answers.</param>
/// <param name="IPv4">Addresses that could be given out now.</param>
/// <param name="Journal">Calls that the store has yet to be told of.</param>
/// <param name="Problems">Those of which it cannot be told, and why.</param>
public sealed record OutageStatus(DateTimeOffset? AwaySince, int IPv4, int IPv6, int Journal, IReadOnlyList<string> Problems);
