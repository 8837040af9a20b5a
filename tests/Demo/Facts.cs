using System.Globalization;
using Calico.Model.Net;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Audit;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Demo;

/// <summary>What the demo claims about routes, devices and packets, each checked against the kernel and the store.</summary>
internal sealed class Facts(DataCentre dataCentre)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>An echo reply starts with 64, and each of the two hosts on its way is a router.</summary>
    private const int TtlAcrossHosts = 62;

    public async Task<IReadOnlyList<Fact>> CheckAsync()
    {
        var audit = await StoreAudit.ReadAsync(dataCentre.Etcd);
        return
        [
            Fact.Unless(
                await RoutingAudit.LearnedRoutesAsync(audit, dataCentre.Hosts), "one BGP route per block, straight to the host that owns it; none per pod"),
            Fact.Unless(
                await RoutingAudit.BlackholesAsync(audit, dataCentre.Hosts), "the owner of a block has a blackhole for the addresses no pod uses"),
            Fact.Unless(
                await HostAudit.ProblemsAsync(dataCentre.Etcd, dataCentre.Hosts, Settling),
                "a /32 and a /128 route per local pod, to its device; the store says the same, and agrees with itself"),
            Fact.Unless(await RoutingAudit.DevicesAsync(dataCentre.Hosts), "no bridge and no tunnel on any host: an uplink, and one veth per pod"),
            await TwoRoutersOnTheWayAsync(),
            await NoEncapsulationAsync(),
        ];
    }

    private async Task<Fact> TwoRoutersOnTheWayAsync()
    {
        var objections = new List<string>();
        foreach (var (from, to) in PairsAcrossHosts())
        {
            foreach (var address in (IpAddress[])[to.Address4, to.Address6])
            {
                var ttl = await Reachability.ReplyTtlAsync(from.Pod.Namespace, address);
                if (ttl != TtlAcrossHosts)
                {
                    objections.Add($"{from.Name} gets replies of {to.Name} with TTL {ttl.ToString(CultureInfo.InvariantCulture)}");
                }
            }
        }

        return Fact.Unless(objections, "two routers between pods on two hosts, the hosts' own kernels (TTL 64 arrives as 62)");
    }

    /// <summary>Listens on the wire: the outermost addresses of the packets must be those of the pods.</summary>
    private async Task<Fact> NoEncapsulationAsync()
    {
        var (from, to) = PairsAcrossHosts().First();
        var listener = dataCentre.Hosts[0].Namespace.Enter(new Command(
            "tcpdump", "-n", "-l", "-t", "-c", "1", "-i", Host.Uplink, $"icmp and src host {from.Address4} and dst host {to.Address4}")
        {
            Deadline = TimeSpan.FromSeconds(10),
        });
        await using var ping = Reachability.StartPing(from.Pod.Namespace, to.Address4, 0.1);
        var packet = (await listener.RunAsync()).Stdout.Split(',')[0].Trim();
        return new Fact($"nothing is wrapped: on the wire the packets are \"{packet}\"", packet.StartsWith("IP ", StringComparison.Ordinal), "no such packet was seen");
    }

    // Of one group: the others are not let through.
    private IEnumerable<(Container From, Container To)> PairsAcrossHosts() =>
        from one in dataCentre.Containers
        from other in dataCentre.Containers
        where one.Placement.Host < other.Placement.Host && one.Placement.Network == other.Placement.Network
        select (one, other);
}
