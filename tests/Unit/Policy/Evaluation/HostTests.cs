using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>Hosts, and the ways between hosts and workloads.</summary>
internal sealed class HostTests
{
    private static readonly PolicySnapshot WithHost = Shop with { HostEndpoints = [Host("n1-eth0", "n1")] };

    [Test]
    public void A_host_without_an_endpoint_is_not_policed()
    {
        var verdict = new PolicyEvaluator(Shop).Evaluate(TcpTo(Node1, 80, Outside));
        Assert.That(verdict, Is.EqualTo(new FlowVerdict(null, null)));
        Assert.That(verdict.Allowed);
    }

    [Test]
    public void A_host_endpoint_without_policy_and_profile_denies() =>
        Assert.That(Ingress(WithHost, 80).Reason, Is.EqualTo(VerdictReason.NoProfileMatch));

    [TestCase(22, true)]
    [TestCase(10250, true)]
    [TestCase(23, false)]
    public void Fail_safe_ports_stay_open_whatever_policy_says(int port, bool allowed)
    {
        var denyAll = Global("a", new() { Selector = "has(role)", Ingress = [Deny()], DoNotTrack = true, ApplyOnForward = true });
        Assert.That(Ingress(WithHost with { GlobalPolicies = [denyAll] }, port).Allowed, Is.EqualTo(allowed));
    }

    [TestCase(135, true)]
    [TestCase(143, true)]
    [TestCase(128, false)]
    [TestCase(137, false)]
    public void A_closed_host_endpoint_keeps_its_IPv6_link(int type, bool allowed)
    {
        var own = IpAddress.Parse("2001:db8::1");
        var closed = WithHost with { HostInterfaces = [new HostInterface("n1", "eth0", [own])], GlobalPolicies = [Global("a", new() { Selector = "has(role)", Ingress = [Deny()], Egress = [Deny()] })] };
        var evaluator = new PolicyEvaluator(closed);
        var packet = new Packet(IpAddress.Parse("2001:db8::7"), own, 58) { IcmpType = type };
        Assert.That(evaluator.Evaluate(packet).Ingress!.Allowed, Is.EqualTo(allowed));
        Assert.That(evaluator.Evaluate(packet with { Source = own, Destination = packet.Source }).Egress!.Allowed, Is.EqualTo(allowed));
        Assert.That(evaluator.EvaluateHost("n1-eth0", PolicyDirection.Ingress, PolicyStage.Normal, packet).Allowed, Is.EqualTo(allowed));
    }

    [Test]
    public void A_host_always_reaches_the_workloads_it_runs_and_no_others()
    {
        var closed = Shop with { Profiles = [], HostEndpoints = WithHost.HostEndpoints };
        var own = new PolicyEvaluator(closed).Evaluate(TcpTo(Web, 80, Node1));
        Assert.That((own.Allowed, own.Egress, own.Ingress!.Reason), Is.EqualTo((true, (EndpointVerdict?)null, VerdictReason.HostToItsWorkload)));
        Assert.That(new PolicyEvaluator(closed).Evaluate(TcpTo(Web, 80, Node2)).Ingress!.Reason, Is.EqualTo(VerdictReason.NoProfileMatch));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void From_a_workload_to_its_host_the_configured_action_decides_after_egress(bool open)
    {
        var snapshot = WithHost with { Host = new HostSettings { WorkloadsReachTheirHost = open } };
        var verdict = new PolicyEvaluator(snapshot).Evaluate(TcpTo(Node1, 80));
        Assert.That((verdict.Egress!.Allowed, verdict.Ingress!.Allowed, verdict.Ingress.Reason), Is.EqualTo((true, open, VerdictReason.WorkloadToItsHost)));
    }

    [Test]
    public void Untracked_comes_before_pre_dnat_before_normal_and_their_silence_denies_nothing()
    {
        var untracked = Global("u", new() { Selector = "has(role)", Ingress = [Deny(new() { Nets = [Outside] })], DoNotTrack = true, ApplyOnForward = true });
        var preDnat = Global("p", new() { Selector = "has(role)", Ingress = [Deny()], PreDnat = true, ApplyOnForward = true });
        var silent = Global("s", new() { Selector = "has(role)", Ingress = [Deny(new() { Nets = ["198.51.100.0/24"] })], PreDnat = true, ApplyOnForward = true });
        var normal = Global("n", new() { Selector = "has(role)", Ingress = [Allow()] });
        Assert.That(Ingress(WithHost with { GlobalPolicies = [normal, preDnat, untracked] }, 80).Rule!.Policy.Name, Is.EqualTo("u"));
        Assert.That(Ingress(WithHost with { GlobalPolicies = [normal, preDnat] }, 80).Rule!.Policy.Name, Is.EqualTo("p"));
        Assert.That(Ingress(WithHost with { GlobalPolicies = [normal, silent] }, 80).Rule!.Policy.Name, Is.EqualTo("n"));
    }

    [Test]
    public void Policies_before_the_normal_stage_do_not_touch_workloads()
    {
        var preDnat = Global("p", new() { Selector = "all()", Ingress = [Deny()], PreDnat = true, ApplyOnForward = true });
        Assert.That(new PolicyEvaluator(Shop with { GlobalPolicies = [preDnat] }).Evaluate(TcpTo(Db, 80)).Allowed);
    }

    [Test]
    public void Forwarded_traffic_passes_a_host_unless_a_policy_with_apply_on_forward_selects_it()
    {
        var normal = Global("n", new() { Selector = "has(role)", Ingress = [Deny()] });
        var forward = Global("f", new() { Selector = "has(role)", Ingress = [Allow(new() { Nets = ["198.51.100.0/24"] })], ApplyOnForward = true });
        Assert.That(Forward(WithHost with { GlobalPolicies = [normal] }).Reason, Is.EqualTo(VerdictReason.NoPolicyAtStage));
        Assert.That(Forward(WithHost with { GlobalPolicies = [normal, forward] }).Reason, Is.EqualTo(VerdictReason.EndOfTier));
    }

    [Test]
    public void An_endpoint_of_all_interfaces_yields_to_one_that_names_the_interface()
    {
        var snapshot = Shop with { HostEndpoints = [Host("a-all", "n1", "*"), Host("n1-eth0", "n1")] };
        Assert.That(Ingress(snapshot, 80).Endpoint, Is.EqualTo("HostEndpoint n1-eth0"));
    }

    [Test]
    public void A_host_endpoint_without_an_interface_is_for_the_one_that_has_an_expected_address()
    {
        var host = Host("n1", "n1", "") with { Spec = new() { Node = "n1", ExpectedIPs = [Node1] } };
        Assert.That(Ingress(Shop with { HostEndpoints = [host] }, 80).Endpoint, Is.EqualTo("HostEndpoint n1"));
        var named = host with { Spec = host.Spec with { InterfaceName = "eth1" } };
        Assert.That(new PolicyEvaluator(Shop with { HostEndpoints = [named] }).Evaluate(TcpTo(Node1, 80, Outside)).Ingress, Is.Null);
    }

    [Test]
    public void Selectors_mean_the_expected_addresses_of_a_host_endpoint_and_no_others()
    {
        var policy = NetworkPolicy("a", new() { Selector = "app == 'db'", Ingress = [Allow(new() { NamespaceSelector = "global()", Selector = "has(role)" })] });
        var silent = Host("n1-eth0", "n1");
        var telling = silent with { Spec = silent.Spec with { ExpectedIPs = [Node1] } };
        EndpointVerdict FromHost(params Resource<HostEndpointSpec>[] hosts) =>
            new PolicyEvaluator(Shop with { Policies = [policy], HostEndpoints = hosts }).Evaluate(TcpTo(Db, 80, Node1)).Ingress!;
        Assert.That(FromHost(silent).Allowed, Is.False);
        Assert.That(FromHost(telling).Allowed);
    }

    [Test]
    public void The_default_allow_profile_exists_without_being_stored()
    {
        var host = Host("n1-eth0", "n1", "eth0", "projectcalico-default-allow");
        Assert.That(Ingress(Shop with { HostEndpoints = [host] }, 80).Reason, Is.EqualTo(VerdictReason.ProfileRule));
        var denying = Profile("projectcalico-default-allow", ingress: """{"action":"Deny"}""");
        Assert.That(Ingress(Shop with { HostEndpoints = [host], Profiles = [denying] }, 80).Allowed);
    }

    [TestCase(17, 4789, false)]
    [TestCase(17, 4790, true)]
    [TestCase(4, 0, false)]
    public void A_workload_may_not_send_encapsulated_packets(int protocol, int port, bool allowed)
    {
        var packet = new Packet(IpAddress.Parse(Web), IpAddress.Parse(Outside), protocol, 0, port);
        Assert.That(new PolicyEvaluator(Shop).Evaluate(packet).Egress!.Allowed, Is.EqualTo(allowed));
    }

    private static EndpointVerdict Ingress(PolicySnapshot snapshot, int port) =>
        new PolicyEvaluator(snapshot).Evaluate(TcpTo(Node1, port, Outside)).Ingress!;

    private static EndpointVerdict Forward(PolicySnapshot snapshot) =>
        new PolicyEvaluator(snapshot).EvaluateHost("n1-eth0", PolicyDirection.Ingress, PolicyStage.Forward, TcpTo(Other, 80, Outside));
}
