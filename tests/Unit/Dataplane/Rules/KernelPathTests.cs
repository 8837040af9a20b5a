using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>What becomes of packets that no policy is asked about.</summary>
internal sealed class KernelPathTests
{
    private const string Pod = "calishopweb";

    // Whatever policy is asked about is denied.
    private static readonly PolicySnapshot Closed = Shop with
    {
        Workloads = [.. Shop.Workloads.Select(pod => pod with
        {
            Spec = pod.Spec with { InterfaceName = $"cali{pod.Metadata.Namespace}{pod.Metadata.Name}", AllowSpoofedSourcePrefixes = pod.Metadata.Name == "other" ? ["192.0.2.0/24", "nonsense"] : null },
        })],
        GlobalPolicies = [Global("default.deny", new() { Ingress = [Deny()], Egress = [Deny()] })],
    };

    private static readonly SimulatedNode Node = new(Closed);

    private static IEnumerable<SimulatedPacket> Both(string from, string to) =>
    [
        new SimulatedPacket(TcpTo(Outside, 80)) { In = from, Out = to },
        new SimulatedPacket(new Packet(IpAddress.Parse("fd00::1"), IpAddress.Parse("2001:db8::7"), Tcp, 40_000, 80)) { In = from, Out = to },
    ];

    [TestCase(Pod, "eth0", 1)]
    [TestCase("eth0", Pod, 2)]
    public void An_established_packet_costs_at_most_two_rules_in_our_forward_chain(string from, string to, int rules)
    {
        foreach (var packet in Both(from, to).Select(packet => packet with { States = ["ESTABLISHED"] }))
        {
            Assert.That(Node[packet.Family].IsAccepted(packet, IptablesTable.Filter, "FORWARD"), Is.True);
            Assert.That(packet.Asked, Is.EqualTo(rules + 1), "and one that jumps there");
        }
    }

    [Test]
    public void An_answer_passes_to_and_from_a_workload_that_policy_closes()
    {
        foreach (var packet in Both(Pod, "eth0").Concat(Both("eth0", Pod)))
        {
            Assert.That(Node[packet.Family].Forward(packet with { }), Is.False);
            Assert.That(Node[packet.Family].Forward(packet with { States = ["RELATED"] }), Is.True);
            Assert.That(Node[packet.Family].Forward(packet with { States = ["INVALID"] }), Is.False);
        }

        Assert.That(Node[IpFamily.IPv4].Input(new SimulatedPacket(TcpTo(Node1, 80)) { In = Pod, States = ["ESTABLISHED"] }), Is.True);
    }

    [Test]
    public void An_invalid_packet_is_dropped_although_policy_allows_all()
    {
        var open = new SimulatedNode(Closed with { GlobalPolicies = [] });
        foreach (var packet in Both(Pod, "eth0").Concat(Both("eth0", Pod)))
        {
            Assert.That(open[packet.Family].Forward(packet with { }), Is.True);
            Assert.That(open[packet.Family].Forward(packet with { States = ["INVALID"] }), Is.False);
        }
    }

    [TestCase("SYN", true)]
    [TestCase("SYN,ACK", false)]
    [TestCase("ACK", false)]
    [TestCase("PSH,ACK", false)]
    [TestCase("RST", false)]
    public void A_connection_starts_with_its_SYN_and_where_denied_ones_are_not_cut_with_any_packet(string flags, bool starts)
    {
        var options = new DataplaneOptions { EndpointToHost = EndpointToHostAction.Accept };
        var open = new SimulatedNode(Closed with { GlobalPolicies = [] }, options);
        var lenient = new SimulatedNode(Closed with { GlobalPolicies = [] }, options with { CutsDeniedFlows = false });
        foreach (var packet in Both(Pod, "eth0").Concat(Both("eth0", Pod)).Select(packet => packet with { TcpFlags = flags.Split(',') }))
        {
            bool[] Starts(SimulatedNode node) => packet.In == Pod
                ? [node[packet.Family].Forward(packet with { }), node[packet.Family].Input(packet with { Out = "" })]
                : [node[packet.Family].Forward(packet with { }), node[packet.Family].Output(packet with { In = "" })];
            Assert.That(Starts(open), Is.All.EqualTo(starts));
            Assert.That(Starts(lenient), Is.All.True);
        }
    }

    [Test]
    public void A_host_reaches_its_own_workload_directly_and_through_a_service([Values("eth0", "*")] string interfaceName)
    {
        var node = new SimulatedNode(Closed with { HostEndpoints = [Host("h1", "n1", interfaceName)] });
        var packet = new SimulatedPacket(TcpTo(Web, 80, Node1)) { Out = Pod };
        Assert.That(node[IpFamily.IPv4].Output(packet), Is.True);
        Assert.That(node[IpFamily.IPv4].Output(packet with { Out = "eth0", States = ["NEW", "DNAT"] }, rerouted: Pod), Is.True);
        Assert.That(node[IpFamily.IPv4].Output(packet with { Out = "eth0" }), Is.False, "the policy closes the host");
    }

    [Test]
    public void A_host_endpoint_for_all_interfaces_leaves_loopback_alone()
    {
        var kernel = new SimulatedNode(Closed with { HostEndpoints = [Host("h1", "n1", "*")] })[IpFamily.IPv4];
        var packet = new SimulatedPacket(TcpTo("127.0.0.1", 2000, "127.0.0.1"));
        Assert.That(kernel.Input(packet with { In = "lo" }) && kernel.Output(packet with { Out = "lo" }), Is.True);
        Assert.That(kernel.Input(packet with { In = "eth5" }) || kernel.Output(packet with { Out = "eth5" }), Is.False);
    }

    [Test]
    public void Of_two_host_endpoints_of_an_interface_the_smaller_name_counts_and_the_one_for_all_interfaces_last()
    {
        var open = Host("b", "n1", "eth0", "projectcalico-default-allow");
        var packet = new SimulatedPacket(TcpTo(Node1, 2000, Outside)) { In = "eth0" };
        bool Passes(params Calico.Model.Resources.Resource<Calico.Model.Policy.HostEndpointSpec>[] hosts) =>
            new SimulatedNode(Closed with { GlobalPolicies = [], HostEndpoints = hosts })[IpFamily.IPv4].Input(packet with { });
        Assert.That(Passes(open), Is.True);
        Assert.That(Passes(open, Host("a", "n1", "*")), Is.True);
        Assert.That(Passes(open, Host("a", "n1", "eth0")), Is.False);
        Assert.That(Passes(Host("c", "n1", "*")), Is.False);
    }

    [Test]
    public void A_spoofed_packet_is_dropped_unless_its_source_is_allowed()
    {
        var spoofed = new SimulatedPacket(TcpTo(Node1, 80, Outside)) { IsSpoofed = true };
        var options = new DataplaneOptions { EndpointToHost = EndpointToHostAction.Accept, WorkloadSourceSpoofing = WorkloadSourceSpoofing.Any };
        var open = new SimulatedNode(Closed with { GlobalPolicies = [] }, options)[IpFamily.IPv4];
        var strict = new SimulatedNode(Closed with { GlobalPolicies = [] }, options with { WorkloadSourceSpoofing = WorkloadSourceSpoofing.Disabled })[IpFamily.IPv4];
        Assert.That(strict.Input(spoofed with { In = "calilabother" }), Is.False, "an annotation alone opens nothing");
        Assert.That(open.Input(spoofed with { In = Pod }), Is.False);
        Assert.That(open.Input(spoofed with { In = Pod, IsSpoofed = false }), Is.True);
        Assert.That(open.Input(spoofed with { In = "calilabother" }), Is.True);
        Assert.That(open.Input(spoofed with { In = "eth0" }), Is.True, "what comes from the network is routing's business");
    }

    [TestCase(135, true)]
    [TestCase(136, true)]
    [TestCase(133, true)]
    [TestCase(128, false)]
    public void A_closed_workload_finds_its_neighbours(int type, bool passes)
    {
        var packet = new Packet(IpAddress.Parse("fd00::1"), IpAddress.Parse("ff02::1:ff00:1"), 58) { IcmpType = type };
        Assert.That(Node[IpFamily.IPv6].Input(new SimulatedPacket(packet) { In = Pod, States = ["UNTRACKED"] }), Is.EqualTo(passes));
    }

    [Test]
    public void What_is_allowed_before_tracking_is_not_tracked()
    {
        var policy = Global("default.ntp", new() { Selector = "role == 'node'", DoNotTrack = true, ApplyOnForward = true, Ingress = [Allow()] });
        var node = new SimulatedNode(Closed with { GlobalPolicies = [policy], HostEndpoints = [Host("h1", "n1")] });
        var packet = new SimulatedPacket(TcpTo(Node1, 2000, Outside)) { In = "eth0" };
        Assert.That(node[IpFamily.IPv4].Input(packet), Is.True);
        Assert.That(packet.IsTracked, Is.False);
    }

    [Test]
    public void An_allowed_packet_is_left_to_the_rules_of_others_where_the_settings_say_so()
    {
        var node = new SimulatedNode(Closed with { GlobalPolicies = [] }, new DataplaneOptions { FilterAllow = FilterAllowAction.Return });
        foreach (var packet in Both(Pod, "eth0"))
        {
            Assert.That(node[packet.Family].Forward(packet with { }), Is.True);
            Assert.That(node[packet.Family].IsAccepted(packet, IptablesTable.Filter, "FORWARD"), Is.False);
        }
    }

    [Test]
    public void Every_mark_mask_gives_the_same_verdicts([Values(0x1fu, 0xff0u, 0xffff0000u, 0xaaaa0000u)] uint mask)
    {
        var options = new DataplaneOptions { MarkMask = mask };
        var node = new SimulatedNode(Closed with { GlobalPolicies = [] }, options);
        foreach (var packet in Both(Pod, "eth0"))
        {
            packet.Mark = ~mask;
            Assert.That(node[packet.Family].Forward(packet), Is.True);
            Assert.That(packet.Mark & ~mask, Is.EqualTo(~mask), "the bits of others");
            Assert.That(new SimulatedNode(Closed, options)[packet.Family].Forward(packet with { Mark = mask }), Is.False);
        }
    }
}
