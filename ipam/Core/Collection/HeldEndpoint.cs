namespace Calico.Ipam.Core.Collection;

/// <summary>An endpoint in the store.</summary>
/// <param name="Interface">The host end of its veth; empty when the endpoint does not say.</param>
public sealed record HeldEndpoint(string Key, string? ContainerId, string Interface);
