using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Selectors;

namespace Calico.Agent.Routing.Plan;

/// <summary>The sessions that one BGPPeer means for this node. A BGPPeer with a fault is reported and gives none.</summary>
internal sealed class PeerPlanner(BgpNode local, IReadOnlyList<BgpNode> nodes, FilterPlanner filters, List<RoutingProblem> problems)
{
    private static readonly IpFamily[] Families = [IpFamily.IPv4, IpFamily.IPv6];

    public IEnumerable<BgpSession> Plan(Resource<BgpPeerSpec> peer)
    {
        var subject = $"BGPPeer {peer.Metadata.Name}";
        try
        {
            return PlanStrictly(subject, peer.Spec);
        }
        catch (UnusablePeerException e)
        {
            problems.Add(new(subject, $"is left out: {e.Message}"));
            return [];
        }
    }

    /// <summary>Whole seconds of a duration, or null with a problem when it is none.</summary>
    public static int? Seconds(string? text, string subject, string field, List<RoutingProblem> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (GoDuration.TryParse(text, out var duration) && duration.TotalSeconds is >= 1 and <= 4095)
        {
            return (int)duration.TotalSeconds;
        }

        // 4095 s is what the 12 bits of the graceful restart capability hold.
        problems.Add(new(subject, $"{field} '{text}' is not a duration between 1s and 4095s; the default is used"));
        return null;
    }

    private List<BgpSession> PlanStrictly(string subject, BgpPeerSpec spec)
    {
        var bySelector = !string.IsNullOrEmpty(spec.PeerSelector);
        var asks = IsFor(spec, local);
        var reverse = bySelector && Parse(spec.PeerSelector!, "peerSelector").Matches(local.Labels);
        if (!asks && !reverse)
        {
            return [];
        }

        RefuseWhatIsNotSupported(spec);
        if (!bySelector)
        {
            return [External(subject, spec)];
        }

        var selector = Parse(spec.PeerSelector!, "peerSelector");
        // Both ends of a selected pair make the session, also when the selector names one direction only.
        return [.. nodes
            .Where(node => node.Name != local.Name && ((asks && selector.Matches(node.Labels)) || (reverse && IsFor(spec, node))))
            .SelectMany(node => Between(subject, spec, node))];
    }

    private static bool IsFor(BgpPeerSpec spec, BgpNode node)
    {
        if (!string.IsNullOrEmpty(spec.Node))
        {
            return spec.Node == node.Name;
        }

        return string.IsNullOrEmpty(spec.NodeSelector) || Parse(spec.NodeSelector, "nodeSelector").Matches(node.Labels);
    }

    private static Selector Parse(string text, string field) => Selector.TryParse(text, out var selector)
        ? selector
        : throw new UnusablePeerException($"{field} '{text}' is not a selector");

    private static void RefuseWhatIsNotSupported(BgpPeerSpec spec)
    {
        if (spec.Password is not null)
        {
            throw new UnusablePeerException("it has a password, which the agent cannot read without the Kubernetes API; a session without it would be refused or unsafe");
        }
    }

    private BgpSession External(string subject, BgpPeerSpec spec)
    {
        if (spec.PeerIP is null || !PeerAddress.TryParse(spec.PeerIP, out var peer))
        {
            throw new UnusablePeerException($"peerIP '{spec.PeerIP}' is not an address, address:port or [address]:port");
        }

        var kind = !string.IsNullOrEmpty(spec.Node) || !string.IsNullOrEmpty(spec.NodeSelector) ? "Node" : "Global";
        var node = nodes.FirstOrDefault(node => node.Address(peer.Address.Family) == peer.Address);
        var peerAs = spec.AsNumber ?? node?.As ?? throw new UnusablePeerException("it has no asNumber");
        var session = Session(subject, spec, peer.Address, peerAs, node?.ReflectorClusterId);
        return session with
        {
            Name = SymbolName.Of(kind, peer.Address, peer.Port),
            Port = peer.Port ?? node?.Port ?? BgpSettings.DefaultPort,
        };
    }

    private IEnumerable<BgpSession> Between(string subject, BgpPeerSpec spec, BgpNode node)
    {
        foreach (var family in Families)
        {
            if (local.Address(family) is { } own && node.Address(family) is { } address)
            {
                yield return Session(subject, spec, address, node.As, node.ReflectorClusterId) with
                {
                    Port = node.Port,
                    Passive = SessionPlanner.WaitsFor(own, address),
                };
            }
        }
    }

    private BgpSession Session(string subject, BgpPeerSpec spec, IpAddress address, AsNumber peerAs, string? peerClusterId)
    {
        var localAs = spec.LocalAsNumber ?? local.As;
        var source = local.Address(address.Family)
                     ?? throw new UnusablePeerException($"this node has no {address.Family} address to reach {address} from");
        return new BgpSession
        {
            Name = SymbolName.Of("Node", address, null),
            Origin = subject,
            Address = address,
            PeerAs = peerAs,
            LocalAs = localAs,
            Source = spec.SourceAddress == "None" ? null : source,
            ReflectorClusterId = localAs == peerAs ? ReflectorFor(peerClusterId) : null,
            NextHop = NextHop(spec),
            TtlSecurity = InRange(spec.TtlSecurity, 1, 255, "ttlSecurity"),
            RestartTime = Seconds(spec.MaxRestartTime, subject, "maxRestartTime", problems),
            KeepaliveTime = Seconds(spec.KeepaliveTime, subject, "keepaliveTime", problems),
            AllowedLocalAs = InRange(spec.NumAllowedLocalAsNumbers, 0, 10, "numAllowedLocalASNumbers"),
            ReachableBy = Gateway(spec.ReachableBy, address.Family),
            Filter = filters.Plan(spec.Filters, address.Family, isInternal: localAs == peerAs),
        };
    }

    /// <summary>A reflector's peers are its clients, except the reflectors of its own cluster (RFC 4456 section 7).</summary>
    private IpAddress? ReflectorFor(string? peerClusterId)
    {
        if (local.ReflectorClusterId is null || peerClusterId == local.ReflectorClusterId)
        {
            return null;
        }

        return IpAddress.TryParse(local.ReflectorClusterId, out var id) && id.Family == IpFamily.IPv4
            ? id
            : throw new UnusablePeerException($"this node's routeReflectorClusterID '{local.ReflectorClusterId}' is not of the form 10.0.0.1");
    }

    private static NextHopMode NextHop(BgpPeerSpec spec) => spec.NextHopMode switch
    {
        null or "" => spec.KeepOriginalNextHop == true ? NextHopMode.Keep : NextHopMode.Auto,
        "Auto" => NextHopMode.Auto,
        "Self" => NextHopMode.Self,
        "Keep" => NextHopMode.Keep,
        _ => throw new UnusablePeerException($"nextHopMode '{spec.NextHopMode}' is not Auto, Self or Keep"),
    };

    private static int? InRange(int? value, int low, int high, string field) =>
        value is null || (value >= low && value <= high)
            ? value
            : throw new UnusablePeerException($"{field} {value} is not between {low} and {high}");

    private static IpAddress? Gateway(string? text, IpFamily family)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return IpAddress.TryParse(text, out var gateway) && gateway.Family == family
            ? gateway
            : throw new UnusablePeerException($"reachableBy '{text}' is not an {family} address");
    }
}
