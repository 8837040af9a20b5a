namespace Calico.Agent.Routing.Plan;

/// <summary>What the BGPFilters of a BGPPeer mean for its sessions of one family and kind.</summary>
/// <param name="Names">The BGPFilters, as the BGPPeer names them.</param>
/// <param name="IsInternal">For iBGP. Equal names and kinds have equal rules.</param>
internal sealed record RouteFilter(string Names, bool IsInternal, IReadOnlyList<RouteRule> Import, IReadOnlyList<RouteRule> Export);
