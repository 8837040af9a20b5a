namespace Calico.Ipam.Core.Reserve;

/// <summary>A container that had an address of the reserve before, in the same outage. A late request of ours may have given it to it in the store.</summary>
/// <param name="EndpointKey">Of its endpoint, if that is still its own.</param>
public sealed record FormerHolder(string HandleId, string ContainerId, string EndpointKey);
