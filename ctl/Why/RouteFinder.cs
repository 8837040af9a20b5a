using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>The way of a packet between nodes, as the datastore has it: blocks, who owns them, source NAT. Pure.</summary>
internal sealed class RouteFinder(StoredWorld world, HostOptions options, IpamFacts ipam, Func<string, int?> mtuOf)
{
    private const string Never = "Never";

    public RouteAnswer Find(WhyCase @case, Packet packet)
    {
        var (source, destination) = (PlacementOf(packet.Source), PlacementOf(packet.Destination));
        var leavesAs = LeavesAs(@case, packet);
        var (mtu, other) = (MtuOf(@case.Source), MtuOf(@case.Destination));
        mtu = mtu is null || other < mtu ? other : mtu;
        List<string> lines = [Way(@case, packet, destination), Nat(@case, packet, leavesAs)];
        lines.RemoveAll(line => line.Length == 0);
        if (mtu is { } bytes)
        {
            lines.Add($"packets of up to {bytes} bytes pass the pods' interfaces on this host (MTU)");
        }

        return new RouteAnswer(source, destination, leavesAs, mtu, [.. lines]);
    }

    private int? MtuOf(End end) => end.Workload?.Spec.InterfaceName is { Length: > 0 } name ? mtuOf(name) : null;

    private Placement PlacementOf(IpAddress address)
    {
        var pool = IpamFacts.PoolOf(world, address);
        if (IpamFacts.BlockOf(world, address) is not { } cidr || ipam.Find(cidr) is not { } found)
        {
            return new Placement(address, pool?.Metadata.Name, null, null, null, null);
        }

        return new Placement(address, pool!.Metadata.Name, cidr, found.Block.OwnerNode(), found.AffinityState, found.Block.HolderOf(address) is { ReleasedAt: null });
    }

    /// <summary>What the agents' rule for pools with natOutgoing does: only to what leaves the node, and not on the way to a pool.</summary>
    private IpAddress? LeavesAs(WhyCase @case, Packet packet) =>
        @case.Source.Kind == EndKind.Workload && Stays(@case) is false
        && Masquerades(packet.Source) && !IsSpared(packet.Destination)
        && world.Nodes.GetValueOrDefault(@case.Source.Node) is { } node && AddressOf(node, packet.Family) is { } own ? own : null;

    private bool Masquerades(IpAddress source) =>
        world.Pools.Any(pool => pool.Spec.NatOutgoing == true && Cidr.TryParse(pool.Spec.Cidr, out var cidr) && cidr.Contains(source));

    private bool IsSpared(IpAddress destination) =>
        IpamFacts.PoolOf(world, destination) is not null
        || (options.NatSparesHosts && world.Nodes.Values.Any(node => AddressOf(node, destination.Family) == destination));

    private static IpAddress? AddressOf(Resource<NodeSpec> node, IpFamily family) =>
        family == IpFamily.IPv4 ? node.Spec.Bgp?.IPv4Address?.Address : node.Spec.Bgp?.IPv6Address?.Address;

    private static bool Stays(WhyCase @case) => @case.Destination.Kind != EndKind.Outside && @case.Source.Node.Length > 0 && @case.Source.Node == @case.Destination.Node;

    private string Way(WhyCase @case, Packet packet, Placement destination)
    {
        var from = @case.Source.Node.Length > 0 ? @case.Source.Node : "wherever it comes from";
        if (Stays(@case))
        {
            return $"both are on {from}: the packet does not leave it";
        }

        return @case.Destination switch
        {
            { Kind: EndKind.Workload } to => $"from {from} to {to.Node}{NextHop(to.Node, packet.Family)}, {Block(to, packet.Destination, destination)}{Tunnel(packet.Destination)}",
            { Kind: EndKind.Node } to => $"from {from} to {to.Node}, as the network of the nodes has it",
            _ => destination.Pool is { } pool ? $"nobody has {packet.Destination}, though it is of pool {pool}: nodes that own no block with it send it by their default route, the owner drops it"
                : $"from {from} by its default route, or by one that it learned",
        };
    }

    private string NextHop(string name, IpFamily family) => world.Nodes.GetValueOrDefault(name) is { } node && AddressOf(node, family) is { } address ? $" ({address})" : "";

    private static string Block(End to, IpAddress address, Placement placement) => placement switch
    {
        { Block: { } block, BlockOwner: { } owner } when owner == to.Node => $"which owns block {block} of pool {placement.Pool} with {address}",
        { Block: { } block, BlockOwner: { } owner } => $"which has {address} from block {block} of {owner} and announces a route of its own for it",
        { Block: { } block } => $"which has {address} from block {block} that no node owns, and announces a route of its own for it",
        { Pool: { } pool } => $"but no block of pool {pool} with {address} is stored",
        _ => $"but {address} is of no pool: that the nodes have a route to it is for others to see to",
    };

    private string Tunnel(IpAddress destination) => IpamFacts.PoolOf(world, destination)?.Spec is { } pool && ((pool.IpipMode ?? Never) != Never || (pool.VxlanMode ?? Never) != Never)
        ? $" (the pool asks for {(pool.IpipMode is not (null or Never) ? $"IP in IP: {pool.IpipMode}" : $"VXLAN: {pool.VxlanMode}")})"
        : "";

    private string Nat(WhyCase @case, Packet packet, IpAddress? leavesAs) =>
        leavesAs is { } address ? $"source NAT: it leaves {@case.Source.Node} as {address}, because its pool has natOutgoing and {packet.Destination} is in no pool"
        : @case.Source.Kind != EndKind.Workload || Stays(@case) ? ""
        : !Masquerades(packet.Source) ? $"no source NAT: no pool with natOutgoing has {packet.Source}"
        : IsSpared(packet.Destination)
            ? IpamFacts.PoolOf(world, packet.Destination) is null
                ? $"no source NAT: {packet.Destination} is of a node, and FELIX_NATOUTGOINGEXCLUSIONS spares nodes"
                : $"no source NAT: {packet.Destination} is of a pool"
        : $"source NAT to an address of {@case.Source.Node} that the datastore does not know";
}
