using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using FsCheck;
using FsCheck.Fluent;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

/// <summary>
/// The same objects go through the calculation graph into the judge and into the evaluator that defines what policy means: for any
/// packet the judge denies exactly what the evaluator denies at an end that is a workload of this node.
/// </summary>
internal sealed class FlowJudgeProperties
{
    private const string Node = "n1";

    private static readonly Gen<EntityRule?> Entity = Gen.Elements<EntityRule?>(
        null,
        null,
        new() { Selector = "app == 'web'" },
        new() { NotSelector = "app == 'db'" },
        new() { Selector = "all()", NamespaceSelector = "team == 'blue'" },
        new() { Nets = ["10.0.0.0/31", "10.0.0.3/32"] },
        new() { NotNets = ["10.0.0.1/32"] },
        new() { Selector = "kind == 'partner'", NamespaceSelector = "global()" });

    private static readonly Gen<PolicyPort[]?> Ports = Gen.Elements<PolicyPort[]?>(
        null, [PolicyPort.Single(5432)], [PolicyPort.Range(80, 90)], [PolicyPort.Named("sql")], [PolicyPort.Named("sql"), PolicyPort.Single(80)]);

    private static readonly Gen<PolicyRule> Rule =
        from action in Gen.Elements("Allow", "Allow", "Deny", "Deny", "Pass", "Log")
        from protocol in Gen.Elements("TCP", "UDP", "ICMP", "ICMPv6", null, null)
        from icmp in Gen.Elements<IcmpMatch?>(null, new() { Type = 8 }, new() { Type = 128, Code = 0 })
        from source in Entity
        from destination in Entity
        from ports in Ports
        from notPorts in Ports
        let hasPorts = protocol is "TCP" or "UDP"
        select new PolicyRule
        {
            Action = action,
            Protocol = protocol is null ? null : PolicyProtocol.Named(protocol),
            Icmp = protocol is "ICMP" or "ICMPv6" ? icmp : null,
            Source = source,
            Destination = hasPorts ? (destination ?? new()) with { Ports = ports, NotPorts = ports is null ? notPorts : null } : destination,
        };

    private static readonly Gen<Resource<NetworkPolicySpec>> Policy =
        from name in Gen.Choose(0, 99)
        from tier in Gen.Elements("default", "first", "kube-baseline")
        from space in Gen.Elements("shop", "lab")
        from order in Gen.Elements<double?>(null, 1, 2)
        from selector in Gen.Elements("", "app == 'web'", "app == 'db'")
        from ingress in Rule.ListOf()
        from egress in Rule.ListOf()
        select NetworkPolicy($"{tier}.p{name}", new() { Tier = tier, Order = order, Selector = selector, Ingress = [.. ingress], Egress = [.. egress] }, space);

    private static readonly Gen<PolicySnapshot> Snapshot =
        from policies in Policy.ListOf()
        from reach in Gen.Elements(true, false)
        select Shop with
        {
            Workloads = [.. Shop.Workloads.Select(pod => pod with { Spec = pod.Spec with { InterfaceName = "cali" + pod.Metadata.Name } })],
            Policies = [.. policies.DistinctBy(policy => (policy.Metadata.Namespace, policy.Metadata.Name))],
            Tiers = [Tier("first", 10, "Pass")],
            NetworkSets = [NetworkSet("partners", null, "kind=partner", Outside, "192.0.2.0/24", "2001:db8::/32")],
            Host = new HostSettings { WorkloadsReachTheirHost = reach },
        };

    private static readonly Gen<Packet> AnyPacket =
        from isIPv6 in Gen.Elements(false, false, true)
        let addresses = isIPv6 ? ["fd00::1", "fd00::2", "fd00::3", "2001:db8::1"] : (string[])[Web, Db, Other, Outside, Node1, Node2]
        from source in Gen.Elements(addresses)
        from destination in Gen.Elements(addresses)
        from protocol in Gen.Elements(6, 6, 17, isIPv6 ? 58 : 1, 4, 47)
        from port in Gen.Elements(80, 5432, 4789, 99)
        from icmp in Gen.Elements(8, 13, 128)
        let hasPorts = protocol is 6 or 17
        select new Packet(IpAddress.Parse(source), IpAddress.Parse(destination), protocol, hasPorts ? 40_000 : 0, hasPorts ? port : 0)
        {
            IcmpType = protocol is 1 or 58 ? icmp : 0,
        };

    [Test]
    public void It_denies_what_the_evaluator_denies_at_the_ends_that_are_here() => Prop.ForAll(
        Snapshot.ToArbitrary(),
        AnyPacket.ListOf().ToArbitrary(),
        (snapshot, packets) =>
        {
            var evaluator = new PolicyEvaluator(snapshot);
            var judge = new FlowJudge(StateOf(snapshot), snapshot.Host.WorkloadsReachTheirHost);
            var host = new HashSet<IpAddress> { IpAddress.Parse(Node1) };
            foreach (var packet in packets)
            {
                var verdict = evaluator.Evaluate(packet);
                Assert.That(judge.Denies(FlowOf(packet), host), Is.EqualTo(IsDeniedHere(snapshot, packet, verdict)), $"{packet}: {verdict}");
            }
        }).QuickCheckThrowOnFailure();

    private static bool IsDeniedHere(PolicySnapshot snapshot, Packet packet, FlowVerdict verdict) =>
        (IsHere(snapshot, packet.Source) && (verdict.Egress is { Allowed: false } || verdict.Ingress is { Allowed: false, Reason: VerdictReason.WorkloadToItsHost }))
        || (IsHere(snapshot, packet.Destination) && verdict.Ingress is { Allowed: false });

    private static bool IsHere(PolicySnapshot snapshot, IpAddress address) =>
        snapshot.Workloads.Any(pod => pod.Spec.Node == Node && pod.Spec.IPNetworks!.Contains(address.ToCidr()));

    private static Flow FlowOf(Packet packet) => new(packet.Source, packet.Destination, packet.Protocol, packet.SourcePort, packet.DestinationPort)
    {
        IcmpType = packet.IcmpType,
        IcmpCode = packet.IcmpCode,
    };

    private static ActiveState StateOf(PolicySnapshot snapshot)
    {
        var graph = new CalculationGraph(Node);
        Feed(graph, ResourceKind.WorkloadEndpoint, snapshot.Workloads);
        Feed(graph, ResourceKind.NetworkPolicy, snapshot.Policies);
        Feed(graph, ResourceKind.Tier, snapshot.Tiers);
        Feed(graph, ResourceKind.Profile, snapshot.Profiles);
        Feed(graph, ResourceKind.GlobalNetworkSet, snapshot.NetworkSets);
        var state = new ActiveState();
        foreach (var message in graph.Flush())
        {
            state.Apply(message);
        }

        return state;
    }

    private static void Feed<TSpec>(CalculationGraph graph, ResourceKind kind, IEnumerable<Resource<TSpec>> resources)
        where TSpec : class, new()
    {
        foreach (var resource in resources)
        {
            graph.OnUpdate(new ResourceUpdated<TSpec>(new ResourceId(kind, resource.Metadata.Namespace ?? "", resource.Metadata.Name), resource));
        }
    }
}
