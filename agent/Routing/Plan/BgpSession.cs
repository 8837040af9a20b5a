using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>One BGP session of this node, decided to the last detail.</summary>
internal sealed record BgpSession
{
    /// <summary>BIRD's symbol: at most 64 letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>The object that asks for the session, such as <c>node host2</c> or <c>BGPPeer rack-1</c>.</summary>
    public required string Origin { get; init; }

    public required IpAddress Address { get; init; }

    public int Port { get; init; } = 179;

    public required AsNumber PeerAs { get; init; }

    public required AsNumber LocalAs { get; init; }

    /// <summary>The address this end speaks from; null leaves it to the kernel.</summary>
    public IpAddress? Source { get; init; }

    /// <summary>Waits for the peer to connect, so that two nodes do not dial each other at once.</summary>
    public bool Passive { get; init; }

    /// <summary>Set when this node reflects routes to the peer.</summary>
    public IpAddress? ReflectorClusterId { get; init; }

    public NextHopMode NextHop { get; init; }

    /// <summary>The most hops the peer may be away (RFC 5082); null for no check.</summary>
    public int? TtlSecurity { get; init; }

    /// <summary>Seconds for which the peer keeps this node's routes when it restarts (RFC 4724).</summary>
    public int? RestartTime { get; init; }

    /// <summary>Seconds.</summary>
    public int? KeepaliveTime { get; init; }

    /// <summary>How often this node's own AS may be in a received path.</summary>
    public int? AllowedLocalAs { get; init; }

    /// <summary>The gateway through which the peer is reached; null for the kernel's own choice.</summary>
    public IpAddress? ReachableBy { get; init; }

    /// <summary>Null: everything is taken, and what this node has is announced.</summary>
    public RouteFilter? Filter { get; init; }
}
