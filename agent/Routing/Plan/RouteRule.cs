namespace Calico.Agent.Routing.Plan;

/// <summary>A rule of a BGPFilter for one session. What is null is no condition.</summary>
internal sealed record RouteRule
{
    public required bool Accepts { get; init; }

    public PrefixMatch? Prefix { get; init; }

    /// <summary>Only routes that came by BGP.</summary>
    public bool FromPeers { get; init; }

    /// <summary>* is any text.</summary>
    public string? Interface { get; init; }

    /// <summary>AS numbers as the path must begin with them, the neighbour's first; empty for any.</summary>
    public IReadOnlyList<uint> AsPath { get; init; } = [];
}
