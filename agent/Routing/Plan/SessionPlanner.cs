using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>Decides the sessions of one node: its BGPPeers first, then the full mesh for every address that is left.</summary>
internal sealed class SessionPlanner(BgpNode local, IReadOnlyList<BgpNode> nodes, FilterPlanner filters, BgpSettings settings, List<RoutingProblem> problems)
{
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];
    private readonly Dictionary<(IpAddress Address, int Port), BgpSession> _sessions = [];

    /// <returns>Ordered by name. One session per peer address: what names this node goes before what selects it, that before global peers, the mesh last.</returns>
    public IReadOnlyList<BgpSession> Plan(IReadOnlyList<Resource<BgpPeerSpec>> peers)
    {
        var peerPlanner = new PeerPlanner(local, nodes, filters, problems);
        foreach (var session in peers.OrderBy(peer => Breadth(peer.Spec)).SelectMany(peerPlanner.Plan))
        {
            Add(session);
        }

        if (settings.MeshEnabled && !local.IsReflector)
        {
            Mesh();
        }

        return [.. _sessions.Values.OrderBy(session => session.Name, StringComparer.Ordinal)];
    }

    /// <summary>The rule by which two nodes that both know the other agree on who dials: the one whose address text sorts higher.</summary>
    public static bool WaitsFor(IpAddress own, IpAddress peer) => string.CompareOrdinal(peer.ToString(), own.ToString()) > 0;

    private static int Breadth(BgpPeerSpec peer) =>
        !string.IsNullOrEmpty(peer.Node) ? 0 : !string.IsNullOrEmpty(peer.NodeSelector) ? 1 : 2;

    private void Mesh()
    {
        var restartTime = PeerPlanner.Seconds(settings.MeshMaxRestartTime, "BGPConfiguration default", "nodeMeshMaxRestartTime", problems);
        foreach (var node in nodes.Where(node => node.Name != local.Name && !node.IsReflector))
        {
            foreach (var family in Families)
            {
                if (local.Address(family) is { } own && node.Address(family) is { } address)
                {
                    AddUnlessPeered(new BgpSession
                    {
                        Name = SymbolName.Of("Mesh", address, null),
                        Origin = $"node {node.Name}",
                        Address = address,
                        Port = node.Port,
                        PeerAs = node.As,
                        LocalAs = local.As,
                        Source = own,
                        Passive = WaitsFor(own, address),
                        RestartTime = restartTime,
                    });
                }
            }
        }
    }

    private void AddUnlessPeered(BgpSession session)
    {
        // A node that a BGPPeer names already has its session, with the BGPPeer's settings.
        if (!_sessions.TryGetValue((session.Address, session.Port), out var other) || other.Name.StartsWith("Mesh", StringComparison.Ordinal))
        {
            Add(session);
        }
    }

    private void Add(BgpSession session)
    {
        if (session.Address == local.Address(session.Address.Family))
        {
            problems.Add(new(session.Origin, $"has {session.Address}, which is this node's own address; no session is made"));
        }
        else if (!_sessions.TryAdd((session.Address, session.Port), session) && _sessions[(session.Address, session.Port)].Origin != session.Origin)
        {
            var first = _sessions[(session.Address, session.Port)].Origin;
            problems.Add(new(session.Origin, $"names the peer {session.Address} that {first} names too; the session is made as {first} says"));
        }
    }
}
