using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>Turns a model into a plan. An object that cannot be used becomes a problem; the rest is planned.</summary>
internal static class RoutingPlanner
{
    public const string HashRouterId = "hash";

    /// <summary>Null when this node itself cannot be placed; the problems say why.</summary>
    public static RoutingPlan? Plan(RoutingModel model, List<RoutingProblem> problems)
    {
        var settings = new BgpSettings(model.Configurations, problems);
        var nodes = model.Nodes.Select(node => BgpNode.From(node, settings)).ToList();
        if (nodes.Find(node => node.Name == model.NodeName) is not { } local)
        {
            problems.Add(new($"Node {model.NodeName}", "is not in the datastore, so this node's routing stays as it was; restart the agent to register it"));
            return null;
        }

        if (RouterId(model, local) is not { } routerId)
        {
            problems.Add(new($"Node {model.NodeName}", $"CALICO_ROUTER_ID '{model.RouterId}' is neither '{HashRouterId}' nor of the form 10.0.0.1; routing stays as it was"));
            return null;
        }

        var (exported, hidden) = Pools(model.Pools, problems);
        return new RoutingPlan
        {
            NodeName = model.NodeName,
            RouterId = routerId,
            LocalAs = local.As,
            ListenPort = local.Port,
            StrictBind = settings.BindsToNodeAddress(local.Name),
            LogSeverity = settings.LogSeverity(local.Name),
            LogFile = model.LogFile,
            InterfacePrefixes = model.InterfacePrefixes,
            Blocks = model.Blocks,
            ExportedPools = exported,
            HiddenPools = hidden,
            Sessions = new SessionPlanner(local, nodes, new FilterPlanner(model.Filters), settings, problems).Plan(model.Peers),
        };
    }

    private static IpAddress? RouterId(RoutingModel model, BgpNode local)
    {
        if (string.IsNullOrEmpty(model.RouterId))
        {
            return local.IPv4 ?? Hash(local.Name);
        }

        if (model.RouterId == HashRouterId)
        {
            return Hash(local.Name);
        }

        return IpAddress.TryParse(model.RouterId, out var id) && id.Family == IpFamily.IPv4 && id.Value != 0 ? id : null;
    }

    /// <summary>A router id is 32 bits, unique and not zero (RFC 6286); it need not be an address.</summary>
    private static IpAddress Hash(string nodeName)
    {
        var hash = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(nodeName)));
        return new IpAddress(IpFamily.IPv4, hash == 0 ? 1 : hash);
    }

    private static (List<Cidr> Exported, List<Cidr> Hidden) Pools(IReadOnlyList<Resource<IpPoolSpec>> pools, List<RoutingProblem> problems)
    {
        var (exported, hidden) = (new List<Cidr>(), new List<Cidr>());
        foreach (var pool in pools)
        {
            var subject = $"IPPool {pool.Metadata.Name}";
            if (!Cidr.TryParse(pool.Spec.Cidr, out var cidr))
            {
                problems.Add(new(subject, $"'{pool.Spec.Cidr}' is not a CIDR; its routes are not announced"));
                continue;
            }

            if (IsTunnel(pool.Spec.VxlanMode) || IsTunnel(pool.Spec.IpipMode))
            {
                problems.Add(new(subject, "asks for encapsulation, which is not supported yet; its packets travel unencapsulated"));
            }

            (pool.Spec.DisableBgpExport == true ? hidden : exported).Add(cidr);
        }

        exported.Sort();
        hidden.Sort();
        return (exported, hidden);
    }

    private static bool IsTunnel(string? mode) => mode is not (null or "" or "Never");
}
